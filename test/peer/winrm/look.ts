/** One look at one rig host by the transport alone: what came, spelled as the rig's expected.json spells it. */
import { dialDirect } from '../../../src/transports/dial.ts';
import { ContactError } from '../../../src/core/contact.ts';
import type { AuthScheme, WinrmSettings } from '../../../src/core/host.ts';
import { Secret, type Logon } from '../../../src/core/secret.ts';
import type { Dial, Hello, Way } from '../../../src/transports/transport.ts';
import type { FirstUse } from '../../../src/transports/winrm/first-use.ts';
import { createWinrm } from '../../../src/transports/winrm/winrm.ts';

/** Frame and nonce are the client's own choice; the rig answers the marker with the host's evidence. */
const SCRIPT =
  '# patchwhy-collector: evidence/1 nonce=ab12 begin=BEGIN_{nonce}_{bytes} end=END_{nonce}\n' +
  '# as long as a real one\n'.repeat(1500);

export interface RigHost {
  readonly address: string;
  readonly port: number | 'auto';
  /** As the inventory names it; its address otherwise. */
  readonly name?: string;
  readonly auth?: readonly AuthScheme[];
  readonly tls?: WinrmSettings['tls'];
  readonly fingerprint?: string;
  readonly serverName?: string;
  readonly firstUse?: FirstUse;
  readonly dial?: Dial;
  readonly onHello?: (hello: Hello) => void;
  readonly signal?: AbortSignal;
  readonly ca?: string;
  readonly user?: string;
  readonly password?: string;
  readonly limits?: { readonly connectMs: number; readonly collectMs: number };
}

export type Looked =
  | {
      readonly kind: 'evidence';
      readonly document: string;
      readonly skew: number | undefined;
      readonly way: Way;
    }
  | { readonly kind: 'output'; readonly exitCode: number | undefined; readonly stderr: string }
  | {
      readonly kind: 'contact';
      readonly stage: string;
      readonly code: string;
      readonly during: string | undefined;
      readonly message: string;
    };

export const RIG_LOGON: Logon = {
  kind: 'password',
  user: String.raw`PATCH\Administrator`,
  password: new Secret('Sealed-1'),
};

export async function look(host: RigHost, logon: Logon = RIG_LOGON): Promise<Looked> {
  const { signal = new AbortController().signal } = host;
  try {
    await using session = await createWinrm(host.firstUse).open(
      { name: host.name ?? host.address, dial: host.dial ?? dialDirect([host.address]) },
      {
        tls: host.tls ?? (host.ca === undefined ? 'never' : 'always'),
        auth: host.auth ?? ['negotiate'],
        ...(host.fingerprint !== undefined && { fingerprint: host.fingerprint }),
        ...(host.serverName !== undefined && { serverName: host.serverName }),
        port: host.port,
        ...(host.ca !== undefined && { ca: host.ca }),
      },
      logon,
      {
        limits: host.limits ?? { connectMs: 3000, collectMs: 12_000 },
        signal,
        onStage: () => undefined,
        onCommand: () => undefined,
        admit: () => Promise.resolve(),
        ...(host.onHello && { onHello: host.onHello }),
      },
    );
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    let exitCode: number | undefined;
    for await (const chunk of session.run({ kind: 'powershell', script: SCRIPT }, signal)) {
      if (chunk.kind === 'exit') exitCode = chunk.code;
      else (chunk.kind === 'stdout' ? stdout : stderr).push(chunk.bytes);
    }
    const text = Buffer.concat(stdout).toString('utf8');
    const document = /^BEGIN_ab12_\d+\r\n(.*)\r\nEND_ab12\r\n$/s.exec(text)?.[1];
    return document === undefined
      ? { kind: 'output', exitCode, stderr: Buffer.concat(stderr).toString('utf8') }
      : { kind: 'evidence', document, skew: session.clockSkewSeconds, way: session.way };
  } catch (error) {
    if (!(error instanceof ContactError)) throw error;
    const { stage, code, during, message } = error;
    return { kind: 'contact', stage, code, during, message };
  }
}

/** `network`: the proxy of WinHTTP and whether a client may use TLS 1.2, from the registry; `netsh` speaks in words. */
import { CouldNotLook, Parts, type Question } from './question.ts';
import { numberIn, readBelow, regQuery, textIn } from './registry.ts';

const INTERNET = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings`;
const CONNECTIONS = [INTERNET, String.raw`${INTERNET}\Connections`];
const WINHTTP = [INTERNET, String.raw`${INTERNET}\WinHttp`];
const SCHANNEL = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL`;
const TLS_CLIENT = [
  SCHANNEL,
  String.raw`${SCHANNEL}\Protocols`,
  String.raw`${SCHANNEL}\Protocols\TLS 1.2`,
  String.raw`${SCHANNEL}\Protocols\TLS 1.2\Client`,
];
/** DefaultSecureProtocols: TLS 1.2 (learn.microsoft.com, KB3140245). */
const TLS_1_2 = 0x800;
const WINDOWS_8 = 9200;

export const network: Question = {
  section: 'network',
  commands: [INTERNET, CONNECTIONS[1] ?? '', WINHTTP[1] ?? '', ...TLS_CLIENT].map(regQuery),
  read([internet, connections, winHttp, ...schannel], { build = 0 }) {
    const parts = new Parts();
    const proxy = parts.read('network.winHttpProxy', () =>
      proxyIn(textIn(readBelow([internet, connections], CONNECTIONS), 'WinHttpSettings') ?? ''),
    );
    const tls12Client = parts.read('network.tls12Client', () => {
      const client = readBelow(schannel, TLS_CLIENT);
      const allowed = numberIn(readBelow([internet, winHttp], WINHTTP), 'DefaultSecureProtocols');
      const isOff =
        numberIn(client, 'Enabled') === 0 ||
        (numberIn(client, 'DisabledByDefault') ?? 0) !== 0 ||
        (allowed !== undefined && (allowed & TLS_1_2) === 0);
      // Windows 7 needs that value to be there at all.
      return !isOff && build < WINDOWS_8 && allowed === undefined ? null : !isOff;
    });
    return {
      evidence: {
        network: { ...proxy, ...(tls12Client !== undefined && { tls12Client }) },
      },
      errors: parts.errors,
    };
  },
};

interface Proxy {
  readonly winHttpProxy: string | null;
  readonly proxyBypass: string | null;
}

/**
 * Four 32-bit fields: version, counter, flags (2: a proxy is set), length of the proxy; then its text, then the list of
 * exceptions likewise. Written as hexadecimal digits.
 */
function proxyIn(hex: string): Proxy {
  if (!/^([0-9a-f]{2})*$/i.test(hex)) throw new CouldNotLook('WinHttpSettings has an unknown form');
  const bytes = Buffer.from(hex, 'hex');
  if (bytes.length < 20 || (bytes.readUInt32LE(8) & 2) === 0)
    return { winHttpProxy: null, proxyBypass: null };
  const proxy = countedText(bytes, 12);
  const bypass = countedText(bytes, proxy.next);
  return { winHttpProxy: proxy.text || null, proxyBypass: bypass.text || null };
}

function countedText(bytes: Buffer, at: number): { readonly text: string; readonly next: number } {
  const length = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : Number.POSITIVE_INFINITY;
  const next = at + 4 + length;
  if (next > bytes.length) throw new CouldNotLook('WinHttpSettings has an unknown form');
  return { text: bytes.toString('latin1', at + 4, next), next };
}

/** Opens a fake host, runs a script on it, and says what came. */
import { dialDirect } from '../../../src/transports/dial.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { ContactStage } from '../../../src/core/contact.ts';
import type { Dial, Job, Session } from '../../../src/transports/transport.ts';
import { backgroundDone } from '../../../src/transports/winrm/background.ts';
import { createWinrm } from '../../../src/transports/winrm/winrm.ts';
import { ACCOUNT, type FakeHost } from './fake-host.ts';
import { vectors } from './fixtures.ts';

export const LIMITS = { connectMs: 5000, collectMs: 5000 };

export interface Ran {
  stdout: string;
  stderr: string;
  exits: (number | undefined)[];
  stages: ContactStage[];
  commands: string[];
  admitted: number;
  skew: number | undefined;
}

export interface RunOptions {
  readonly limits?: { readonly connectMs: number; readonly collectMs: number };
  readonly signal?: AbortSignal;
  readonly admit?: () => Promise<void>;
  readonly dial?: Dial;
  /** As the inventory names the host; its address otherwise. */
  readonly name?: string;
  readonly password?: string;
  readonly user?: string;
  readonly script?: string;
  /** In the place of a script. */
  readonly job?: Job;
  readonly endpoint?: string;
  readonly onStage?: (stage: ContactStage) => void;
  /** Told of each piece of output. */
  readonly onOutput?: () => void;
}

type Where = Pick<FakeHost, 'port' | 'address'>;

export async function openSession(host: Where, options: RunOptions, ran: Ran): Promise<Session> {
  return createWinrm().open(
    { name: options.name ?? host.address, dial: options.dial ?? dialDirect([host.address]) },
    {
      tls: 'never',
      auth: ['negotiate'],
      port: host.port,
      ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    },
    {
      kind: 'password',
      user: options.user ?? ACCOUNT,
      password: new Secret(options.password ?? vectors.inputs.password),
    },
    {
      limits: options.limits ?? LIMITS,
      signal: options.signal ?? new AbortController().signal,
      onStage: (stage) => {
        ran.stages.push(stage);
        options.onStage?.(stage);
      },
      onCommand: (command) => ran.commands.push(command),
      admit: async () => {
        ran.admitted += 1;
        await options.admit?.();
      },
    },
  );
}

/** The whole way, with the shell's end waited for; throws what contact threw. */
export async function runScript(host: Where, options: RunOptions = {}): Promise<Ran> {
  const ran: Ran = {
    stdout: '',
    stderr: '',
    exits: [],
    stages: [],
    commands: [],
    admitted: 0,
    skew: undefined,
  };
  const signal = options.signal ?? new AbortController().signal;
  try {
    await using session = await openSession(host, options, ran);
    ran.skew = session.clockSkewSeconds;
    for await (const chunk of session.run(
      options.job ?? { kind: 'powershell', script: options.script ?? "'hello'" },
      signal,
    )) {
      if (chunk.kind === 'exit') ran.exits.push(chunk.code);
      else ran[chunk.kind] += Buffer.from(chunk.bytes).toString('latin1');
      options.onOutput?.();
    }
  } finally {
    await backgroundDone();
  }
  return ran;
}

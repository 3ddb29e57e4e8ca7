import { describe, expect, test } from 'vitest';
import type { Job } from '../../../../src/transports/transport.ts';
import { fault, soap, type Leg } from '../fake-host.ts';
import { runScript, type Ran, type RunOptions } from '../run-script.ts';
import {
  DONE,
  fakeEndpoint,
  output,
  pipelineState,
  poolState,
  reason,
  type Endpoint,
} from './fake-endpoint.ts';

const COMMAND = { name: 'Get-PatchEvidence', parameters: { Nonce: 'ab12cd34' } };
const JOB: Job = { kind: 'powershell', script: "'by script'\nexit 0\n", command: COMMAND };
const NOT_FOUND = pipelineState(5, reason('CommandNotFoundException', 'Ausdruck nicht erkannt'));
const NO_SCRIPTS = pipelineState(5, reason('ScriptsNotAllowed', 'Syntax wird nicht unterstützt'));

async function run(endpoint: Endpoint, options: RunOptions = {}): Promise<Ran> {
  return runScript(await fakeEndpoint(endpoint), { endpoint: 'patchwhy', job: JOB, ...options });
}

describe('what an endpoint is asked to run', () => {
  test('is the command, where it has one', async () => {
    const host = await fakeEndpoint({ run: () => [output('one'), output('two'), DONE] });
    const ran = await runScript(host, { endpoint: 'patchwhy', job: JOB });
    expect(ran).toMatchObject({ stdout: 'one\r\ntwo\r\n', stderr: '', exits: [0] });
    expect(host.ran).toEqual(['Get-PatchEvidence']);
    expect(host.legs.slice(2)).toEqual(['create', 'receive', 'command', 'receive', 'delete']);
  });

  test('is the script, where it has no such command and runs scripts', async () => {
    const host = await fakeEndpoint({
      run: (command, isScript) => (isScript ? [output(command), DONE] : [NOT_FOUND]),
    });
    const ran = await runScript(host, { endpoint: 'microsoft.powershell', job: JOB });
    expect(ran).toMatchObject({ stdout: "'by script'\nexit 0\n\r\n", stderr: '', exits: [0] });
    expect(ran.commands).toEqual([
      'Get-PatchEvidence -Nonce ab12cd34 (endpoint microsoft.powershell)',
      expect.stringMatching(
        /^script with SHA-256 [0-9a-f]{64} \(endpoint microsoft\.powershell\)$/,
      ),
    ]);
    expect(host.legs).toContain('signal');
    expect(host.legs.filter((leg) => leg === 'create')).toHaveLength(1);
  });

  test('is the script at once, where the job has no name', async () => {
    const host = await fakeEndpoint();
    await runScript(host, { endpoint: 'x', job: { kind: 'powershell', script: '1' } });
    expect(host.ran).toEqual(['1']);
  });

  test('travels in as many requests as it takes', async () => {
    const script = `${'# déjà vu _x000A_ \u0000 <&>\n'.repeat(16_000)}1\n`;
    const host = await fakeEndpoint();
    await runScript(host, { endpoint: 'x', job: { kind: 'powershell', script } });
    expect(host.ran).toEqual([script]);
    expect(host.legs.filter((leg) => leg === 'send').length).toBeGreaterThan(2);
  });

  test('is never a command line', async () => {
    const host = await fakeEndpoint();
    await expect(
      runScript(host, { endpoint: 'patchwhy', job: { kind: 'cmd', command: 'ver' } }),
    ).rejects.toMatchObject({
      stage: 'shell',
      code: 'NO_CMD',
      message: 'the endpoint "patchwhy" runs PowerShell only, no command lines',
    });
    expect(host.legs).not.toContain('create');
  });
});

describe('what comes back', () => {
  test.each([22, 64, 1000])('is whole when it comes in fragments of %i bytes', async (room) => {
    const text = '{"text":"日本語 _x0041_ \\"\r\n"}'.repeat(room === 22 ? 3 : 200);
    expect(await run({ room, run: () => [output(text), DONE] })).toMatchObject({
      stdout: Buffer.from(`${text}\r\n`).toString('latin1'),
      exits: [0],
    });
  });

  test('keeps what was said before the end, and why it ended', async () => {
    const failure = reason('OutOfMemoryException', 'Nicht genug Speicher', -2_147_024_882);
    expect(await run({ run: () => [output('begun'), pipelineState(5, failure)] })).toMatchObject({
      stdout: 'begun\r\n',
      stderr: 'Nicht genug Speicher (OutOfMemoryException, 0x8007000E)\r\n',
      exits: [1],
    });
  });

  test('is polled for until the pipeline has ended', async () => {
    const host = await fakeEndpoint({
      run: () => [output('late'), DONE],
      first: ({ leg, id, before }) =>
        leg === 'receive' && before === 1 ? fault(id, 2_150_858_793) : undefined,
    });
    expect(await runScript(host, { endpoint: 'x', job: JOB })).toMatchObject({
      stdout: 'late\r\n',
    });
  });
});

describe('an endpoint that is of no use', () => {
  test.each([
    [2_150_858_752, '0x80338000', /no session configuration "patchwhy"; see Get-PSSessionConf/],
    [0x80_33_80_3b, '0x8033803B', /no session configuration "patchwhy"/],
    [0x80_33_81_90, '0x80338190', /no session configuration "patchwhy"/],
    [0x80_33_81_c6, '0x803381C6', /no session configuration "patchwhy"/],
    [5, '0x80070005', /may not use the endpoint "patchwhy"; ask for membership in the group/],
    [0x80_33_81_df, '0x803381DF', /endpoint "patchwhy" cannot log on the account it runs as/],
    [0x80_33_81_a5, '0x803381A5', /MaxShellsPerUser/],
  ])('fault %i is told as %s', async (number, code, message) => {
    const first: Endpoint['first'] = ({ leg, id }) =>
      leg === 'create' ? fault(id, number) : undefined;
    await expect(run({ first })).rejects.toMatchObject({
      stage: 'shell',
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test('has neither the command nor scripts', async () => {
    const host = await fakeEndpoint({
      run: (_, isScript) => [isScript ? NO_SCRIPTS : NOT_FOUND],
    });
    await expect(runScript(host, { endpoint: 'patchwhy', job: JOB })).rejects.toMatchObject({
      stage: 'collector',
      code: 'NO_FUNCTION',
      message:
        'the endpoint "patchwhy" has no Get-PatchEvidence and runs no scripts; write it anew: patchwhy collector jea',
    });
    expect(host.legs.at(-1)).toBe('delete');
  });

  test('has a command that takes other parameters', async () => {
    const error = reason('NamedParameterNotFound,Get-PatchEvidence', 'Parameter nicht gefunden');
    await expect(run({ run: () => [pipelineState(5, error)] })).rejects.toMatchObject({
      stage: 'collector',
      code: 'OTHER_FUNCTION',
    });
  });

  test('does not start, and says why', async () => {
    const error = reason('RoleCapabilityNotFound', 'Rollenfunktion "patchwhy" nicht gefunden');
    const pool = [poolState(1), poolState(5, error)];
    await expect(run({ pool })).rejects.toMatchObject({
      stage: 'shell',
      code: 'ENDPOINT_BROKEN',
      message: expect.stringContaining('Rollenfunktion') as string,
    });
  });

  test.each([3, 4, 5])('does not start, and says nothing but state %i', async (state) => {
    await expect(run({ pool: [poolState(state)] })).rejects.toMatchObject({
      code: 'ENDPOINT_BROKEN',
      message: expect.stringContaining('without saying why') as string,
    });
  });
});

describe('a pool that is waited for in vain', () => {
  const hanging = (): ReturnType<typeof fakeEndpoint> =>
    fakeEndpoint({
      first: ({ leg, before }) => (leg === 'receive' && before === 0 ? 'taken' : undefined),
    });

  test('is ended on the host when its time is over', async () => {
    const host = await hanging();
    const limits = { connectMs: 300, collectMs: 300 };
    await expect(runScript(host, { endpoint: 'x', job: JOB, limits })).rejects.toMatchObject({
      stage: 'timeout',
      during: 'shell',
    });
    expect(host.legs.at(-1)).toBe('delete' satisfies Leg);
  });

  test('is ended on the host when the run is stopped', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const host = await fakeEndpoint({
      first: ({ leg, before }) => {
        if (leg !== 'receive' || before > 0) return undefined;
        stop.abort(reason);
        return 'taken';
      },
    });
    const run = runScript(host, { endpoint: 'x', job: JOB, signal: stop.signal });
    await expect(run).rejects.toBe(reason);
    expect(host.legs.at(-1)).toBe('delete');
  });
});

test.each([
  ['no base64 at all', '<r:Stream Name="stdout">###</r:Stream>'],
  ['a fragment without its start', streamOf(Buffer.alloc(21))],
  ['a fragment of 4 GB', streamOf(Buffer.alloc(21, 0xff))],
])('a host that sends %s is refused', async (_, streams) => {
  const first: Endpoint['first'] = ({ leg, id }) =>
    leg === 'receive'
      ? { xml: soap(id, `<r:ReceiveResponse>${streams}</r:ReceiveResponse>`) }
      : undefined;
  await expect(run({ first })).rejects.toMatchObject({ stage: 'http', code: 'BAD_REPLY' });
});

function streamOf(bytes: Buffer): string {
  return `<r:Stream Name="stdout">${bytes.toString('base64')}</r:Stream>`;
}

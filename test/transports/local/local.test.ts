import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { localTransport, type LocalPrograms } from '../../../src/transports/local/local.ts';
import type { Chunk, Job } from '../../../src/transports/transport.ts';

const NOBODY: LocalPrograms = { powershell: ['/nowhere/powershell.exe'], cmd: ['/nowhere/cmd'] };
const SCRIPT: Job = { kind: 'powershell', script: 'first line\nsecond line' };

/** A shell in place of PowerShell, which leaves the words meant for that alone. */
const shell = (text: string): LocalPrograms => ({
  powershell: ['/bin/sh', '-c', text, 'sh'],
  cmd: ['/bin/sh', '-c'],
});

function opening(programs: LocalPrograms | undefined, collectMs = 10_000) {
  const stages: string[] = [];
  const commands: string[] = [];
  const stop = new AbortController();
  const session = localTransport(programs).open({
    limits: { connectMs: 5000, collectMs },
    signal: stop.signal,
    onStage: (stage) => stages.push(stage),
    onCommand: (command) => commands.push(command),
    admit: () => Promise.reject(new Error('nobody signs in')),
  });
  return { session, stages, commands, stop };
}

async function run(programs: LocalPrograms, job: Job = SCRIPT, collectMs?: number) {
  const { session, ...seen } = opening(programs, collectMs);
  const chunks: Chunk[] = [];
  for await (const chunk of (await session).run(job, seen.stop.signal)) chunks.push(chunk);
  const text = (kind: 'stdout' | 'stderr'): string =>
    Buffer.concat(chunks.flatMap((chunk) => (chunk.kind === kind ? [chunk.bytes] : []))).toString();
  return { ...seen, chunks, stdout: text('stdout'), stderr: text('stderr'), last: chunks.at(-1) };
}

/** Not one that has ended and waits for a parent to hear of it. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

test('the script comes over stdin, its output and exit code come back', async () => {
  const { stdout, stderr, last, stages, commands } = await run(
    shell('cat; echo "a fault" >&2; exit 3'),
  );
  expect(stdout).toBe('first line\nsecond line\n');
  expect(stderr).toBe('a fault\n');
  expect(last).toEqual({ kind: 'exit', code: 3 });
  expect(stages).toEqual(['shell', 'collector']);
  expect(commands).toEqual([expect.stringContaining('-NoProfile -NonInteractive') as string]);
  expect(commands[0]).not.toContain('first line');
});

test('a line for cmd.exe goes to cmd, in quotes', async () => {
  const { stdout, commands } = await run(
    { ...NOBODY, cmd: ['/bin/sh', '-c', 'echo "$1"', 'sh'] },
    { kind: 'cmd', command: 'ver & hostname' },
  );
  expect(stdout).toBe('"ver & hostname"\n');
  expect(commands).toEqual(['ver & hostname']);
});

test('nobody signs in, and the clock is our own', async () => {
  const session = await opening(shell('true')).session;
  expect(session).toMatchObject({ way: { wire: 'local' }, clockSkewSeconds: 0 });
});

test('secrets in the environment do not reach the child', async () => {
  vi.stubEnv('ACME_PATCH_PASSWORD', 'planted-secret');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { stdout } = await run(shell('cat >/dev/null; env'));
  expect(stdout).toContain('PATH=');
  expect(stdout).not.toContain('planted-secret');
});

test('output of megabytes arrives whole and in order', async () => {
  const { stdout } = await run(shell('cat >/dev/null; seq 1 400000'));
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(400_000);
  expect(lines.findIndex((line, at) => line !== String(at + 1))).toBe(-1);
});

test('a child that ends before it has read the script is no crash', async () => {
  const job: Job = { kind: 'powershell', script: 'x'.repeat(2_000_000) };
  const { last } = await run(shell('exit 5'), job);
  expect(last).toEqual({ kind: 'exit', code: 5 });
});

test('a program that is not there fails at the shell, and says what to look at', async () => {
  await expect(run(NOBODY)).rejects.toMatchObject({
    stage: 'shell',
    code: 'ENOENT',
    message: expect.stringContaining('is PowerShell there') as string,
  });
});

test('a child that hangs is given up at the limit and ended, with what it started', async () => {
  const { session, stop } = opening(shell('sleep 60 & echo $!; wait'), 300);
  const pids: number[] = [];
  const running = async (): Promise<void> => {
    for await (const chunk of (await session).run(SCRIPT, stop.signal)) {
      if (chunk.kind === 'stdout') pids.push(Number(Buffer.from(chunk.bytes).toString()));
    }
  };
  await expect(running()).rejects.toMatchObject({ code: 'LIMIT', during: 'collector' });
  expect(pids).toHaveLength(1);
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]));
});

test('a stop ends the child, and the reason is the stop', async () => {
  const reason = new Error('the user pressed Ctrl-C');
  const { session, stop } = opening(shell('echo $$; exec sleep 60'));
  const pids: number[] = [];
  const running = async (): Promise<void> => {
    for await (const chunk of (await session).run(SCRIPT, stop.signal)) {
      if (chunk.kind !== 'stdout') continue;
      pids.push(Number(Buffer.from(chunk.bytes).toString()));
      stop.abort(reason);
    }
  };
  await expect(running()).rejects.toBe(reason);
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]));
});

test('whoever stops reading ends the child', async () => {
  const { session, stop } = opening(shell('echo $$; exec sleep 60'));
  let pid = 0;
  for await (const chunk of (await session).run(SCRIPT, stop.signal)) {
    if (chunk.kind === 'stdout') pid = Number(Buffer.from(chunk.bytes).toString());
    break;
  }
  expect(pid).toBeGreaterThan(0);
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
});

test.skipIf(process.platform === 'win32')(
  'a machine that is no Windows is told as such',
  async () => {
    await expect(opening(undefined).session).rejects.toMatchObject({
      stage: 'collector',
      code: 'UNSUPPORTED_OS',
    });
  },
);

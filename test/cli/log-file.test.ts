import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openLog, type LogOptions } from '../../src/cli/log-file.ts';
import type { RunEvent } from '../../src/core/event.ts';
import { hostId } from '../../src/core/host.ts';
import { at, done, finding, judged, notice, staged, started, info, T0 } from '../support/events.ts';
import { door, inventoryOf } from '../support/doors.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

const ws1 = hostId('ws-1');

function stage(more: Partial<Extract<RunEvent, { type: 'host.stage' }>>, ms: number): RunEvent {
  return { type: 'host.stage', seq: 1, at: at(ms), host: ws1, stage: 'tcp', ...more };
}

const EVENTS: readonly RunEvent[] = [
  started([info('ws-1')]),
  staged(ws1, 'tcp', 0),
  staged(ws1, 'http', 40),
  stage({ stage: 'queued', again: { tries: 1, stage: 'http', code: '503', waitMs: 1200 } }, 100),
  staged(ws1, 'tcp', 1300),
  stage({ stage: 'collector', way: { wire: 'winrm-http', auth: 'kerberos' } }, 1400),
  {
    type: 'host.command',
    seq: 2,
    at: T0,
    host: ws1,
    command: `powershell -EncodedCommand ${Buffer.from('Get-X\n1', 'utf16le').toString('base64')} (script SHA-256 ${'ab'.repeat(32)})`,
  },
  done(ws1, judged([finding('disk-full')]), 3000),
  notice('something is odd'),
];

function logged(options: Partial<LogOptions>): Record<string, unknown>[] {
  const file = join(temporaryFolder(), 'run.log');
  const log = openLog({ file, verbose: 0, auditTouch: false, onLost: () => undefined, ...options });
  for (const event of EVENTS) void log.take(event);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log of a run', () => {
  test('has a line for the run, each host, each new try and each notice, with times', () => {
    const lines = logged({});
    expect(lines.map(({ msg }) => msg)).toEqual([
      'run started',
      'host will be tried again',
      'host done',
      'something is odd',
    ]);
    expect(lines[2]).toMatchObject({
      level: 'info',
      host: 'ws-1',
      outcome: 'judged',
      cause: 'disk-full',
      tookMs: 3000,
      stages: { tcp: 140, http: 60, queued: 1200, collector: 1600 },
    });
    expect(lines[1]).toMatchObject({ again: { tries: 1, stage: 'http', code: '503' } });
    expect(lines[3]).toMatchObject({ level: 'warn', code: 'test' });
    for (const { time, pid, hostname } of lines) {
      expect(time).toMatch(/^\d{4}-\d{2}-\d{2}T/);
      expect([pid, hostname]).toEqual([undefined, undefined]);
    }
  });

  test('[NIN-60] has every stage with the time since the first, at -v, and the way of the log-on', () => {
    const stages = logged({ verbose: 1 }).filter(({ msg }) => msg === 'stage');
    expect(stages.map((line) => [line['stage'], line['sinceMs']])).toEqual([
      ['tcp', 0],
      ['http', 40],
      ['tcp', 1300],
      ['collector', 1400],
    ]);
    expect(stages.at(-1)).toMatchObject({ way: { wire: 'winrm-http', auth: 'kerberos' } });
  });

  test('names commands by the hash of their script, and in words only for an audit', () => {
    const commandOf = (options: Partial<LogOptions>) =>
      logged({ verbose: 1, ...options }).find(({ msg }) => msg === 'command sent');
    expect(commandOf({})).toMatchObject({ host: 'ws-1', sha256: 'ab'.repeat(32) });
    expect(commandOf({})).not.toHaveProperty('command');
    expect(commandOf({ auditTouch: true })).toMatchObject({
      command: expect.stringContaining('{ Get-X; 1 }') as unknown,
    });
  });

  test('is for its owner alone, goes on behind what is there, and is whole after each line', () => {
    const file = join(temporaryFolder(), 'run.log');
    for (let run = 0; run < 2; run += 1) {
      const log = openLog({ file, verbose: 0, auditTouch: false, onLost: () => undefined });
      const [first] = EVENTS;
      if (first) void log.take(first);
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').match(/"run started"\}\n/g)).toHaveLength(2);
  });

  test('that cannot be opened is refused before anything else happens', () => {
    const file = join(temporaryFolder(), 'no', 'such', 'folder', 'run.log');
    expect(() => openLog({ file, verbose: 0, auditTouch: false, onLost: () => undefined })).toThrow(
      'cannot be written (ENOENT)',
    );
  });

  test.runIf(process.platform === 'linux')(
    'on a full disk is given up, once and aloud',
    async () => {
      const lost: string[] = [];
      const log = openLog({
        file: '/dev/full',
        verbose: 0,
        auditTouch: false,
        onLost: (text) => lost.push(text),
      });
      for (const event of EVENTS) void log.take(event);
      await new Promise(setImmediate);
      expect(lost).toEqual([
        '--log-file /dev/full: no more is written (the disk is full); the run goes on',
      ]);
    },
  );
});

describe('the program', () => {
  test('logs a run to its end beside its result, and no secret', async () => {
    const one = await door('ws-1', true);
    const folder = temporaryFolder();
    const inventory = join(folder, 'fleet.yaml');
    writeFileSync(inventory, inventoryOf([one]));
    const log = join(folder, 'run.log');
    const env = { TEST_PW: 'not-a-secret', PATCHWHY_STATE: temporaryFolder() };
    const words = ['scan', '-i', inventory, '--json', '--log-file', log, '-vv'];
    const { code } = await program(words, { env });
    expect(code).toBe(5);
    const text = readFileSync(log, 'utf8');
    expect(text).toContain('"msg":"run finished"');
    expect(text).not.toContain('not-a-secret');
  });

  async function endedWith(file: string) {
    const one = await door('ws-1', true);
    const inventory = join(temporaryFolder(), 'fleet.yaml');
    writeFileSync(inventory, inventoryOf([one]));
    const env = { TEST_PW: 'x', PATCHWHY_STATE: temporaryFolder() };
    const ended = await program(['scan', '-i', inventory, '--log-file', file], { env });
    return { ...ended, asked: one.asked() };
  }

  test('asks nobody when the log cannot be written', async () => {
    const { code, stderr, asked } = await endedWith('no/such/run.log');
    expect({ code, asked }).toEqual({ code: 2, asked: 0 });
    expect(stderr).toContain('--log-file no/such/run.log: cannot be written (ENOENT)');
  });

  test.runIf(process.platform === 'linux')('goes on when the disk of the log is full', async () => {
    const { code, stderr, asked } = await endedWith('/dev/full');
    expect({ code, asked }).toEqual({ code: 5, asked: 1 });
    expect(stderr).toContain('no more is written (the disk is full); the run goes on');
  });
});

test('-v says on stderr how long each host took and where', async () => {
  const one = await door('ws-1', true);
  const inventory = join(temporaryFolder(), 'fleet.yaml');
  writeFileSync(inventory, inventoryOf([one]));
  const env = { TEST_PW: 'x', PATCHWHY_STATE: temporaryFolder() };
  const { stderr } = await program(['scan', '-i', inventory, '-v'], { env });
  expect(stderr).toMatch(/^ws-1 {2}contact-refused .* \d+\.\d s \(tcp \d\.\d, http \d\.\d\)$/m);
});

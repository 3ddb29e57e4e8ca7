import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkAgent } from '../../src/doctor/checks/agent.ts';
import { checkCatalogue } from '../../src/doctor/checks/catalogue.ts';
import { checkClock } from '../../src/doctor/checks/clock.ts';
import { checkDns } from '../../src/doctor/checks/dns.ts';
import { checkKerberos } from '../../src/doctor/checks/kerberos.ts';
import { checkKeychain } from '../../src/doctor/checks/keychain.ts';
import { checkState } from '../../src/doctor/checks/state.ts';
import { checkTerminal } from '../../src/doctor/checks/terminal.ts';
import { temporaryFolder } from '../support/folder.ts';

describe('the agent', () => {
  async function agentThatSays(answer: Buffer): Promise<string> {
    const path = join(temporaryFolder(), 'agent');
    const server = createServer((socket) => void socket.once('data', () => socket.write(answer)));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    return path;
  }

  test.each([
    ['two keys', Buffer.from([0, 0, 0, 5, 12, 0, 0, 0, 2]), 'ok', /2 keys/],
    ['no key', Buffer.from([0, 0, 0, 5, 12, 0, 0, 0, 0]), 'info', /no key/],
    ['a refusal', Buffer.from([0, 0, 0, 5, 5, 0, 0, 0, 0]), 'warning', /does not answer/],
  ])('that holds %s is told', async (_, answer, verdict, text) => {
    const found = await checkAgent(await agentThatSays(answer));
    expect(found).toMatchObject({ verdict, text: expect.stringMatching(text) as string });
  });

  test('that is not there is told apart from one that was never set', async () => {
    expect(await checkAgent(join(temporaryFolder(), 'gone'))).toMatchObject({ verdict: 'warning' });
    expect(await checkAgent(undefined)).toMatchObject({ verdict: 'info' });
  });
});

describe('DNS', () => {
  async function server(answers: boolean): Promise<string> {
    const socket = createSocket('udp4');
    socket.on('message', (query, from) => {
      const refused = Buffer.from(query);
      refused[2] = 0x81;
      refused[3] = 0x05;
      if (answers) socket.send(refused, from.port, from.address);
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    onTestFinished(() => void socket.close());
    return `127.0.0.1:${socket.address().port}`;
  }

  test('a server that answers anything at all is alive; one that is silent is not', async () => {
    const [good, silent] = await Promise.all([server(true), server(false)]);
    expect(await checkDns([good])).toMatchObject({ verdict: 'ok' });
    expect(await checkDns([good, silent])).toMatchObject({ verdict: 'warning' });
    expect(await checkDns([silent])).toMatchObject({ verdict: 'failed' });
    expect(await checkDns([])).toMatchObject({ verdict: 'failed' });
  });
});

describe('Kerberos', () => {
  const klist = (exitCode: number) => () =>
    Promise.resolve({ exitCode, stdout: 'Default principal: anna@ACME.TEST\n' });

  const session = { isWindows: true, klist: klist(1) };

  test.each([
    ['no library', { hasLibrary: false, klist: klist(0) }, 'info', /no GSSAPI/],
    [
      'no klist',
      { hasLibrary: true, klist: () => Promise.resolve(undefined) },
      'info',
      /not looked/,
    ],
    ['no ticket', { hasLibrary: true, klist: klist(1) }, 'info', /valid ticket is not/],
    ['a ticket', { hasLibrary: true, klist: klist(0) }, 'ok', /anna@ACME\.TEST/],
    ['a session of Windows', { hasLibrary: true, ...session }, 'info', /session.*not looked at/],
    ['nothing to call SSPI with', { hasLibrary: false, ...session }, 'info', /koffi/],
  ])('with %s', async (_, tools, verdict, text) => {
    const found = await checkKerberos({ isWindows: false, ...tools });
    expect(found).toMatchObject({ verdict, text: expect.stringMatching(text) as string });
  });
});

test('a keychain that throws is locked, one that answers with nothing is fine, none is said to be none', async () => {
  expect(await checkKeychain(() => Promise.reject(new Error('locked')))).toMatchObject({
    text: expect.stringMatching(/locked/) as string,
  });
  expect(await checkKeychain(() => Promise.resolve(undefined))).toMatchObject({ verdict: 'ok' });
  expect(await checkKeychain(undefined)).toMatchObject({
    text: expect.stringMatching(/not installed/) as string,
  });
});

test('a clock older than the program cannot be right', async () => {
  const built = new Date('2026-11-21');
  expect(await checkClock(new Date('2020-01-01'), built)).toMatchObject({ verdict: 'failed' });
  expect(await checkClock(new Date('2026-12-01'), built)).toMatchObject({ verdict: 'ok' });
});

test('a catalogue of half a year ago is old', () => {
  const facts = { version: '2026-05-01', causes: 1, codes: 2, date: new Date('2026-05-01') };
  expect(checkCatalogue(facts, new Date('2026-05-03'))).toMatchObject({
    verdict: 'ok',
    text: expect.stringMatching(/2 days/) as string,
  });
  expect(checkCatalogue(facts, new Date('2027-01-01'))).toMatchObject({ verdict: 'warning' });
});

test.each([
  [{ isTerminal: false }, 'info'],
  [{ columns: 70 }, 'warning'],
  [{ rows: 10 }, 'warning'],
  [{ env: { TERM: 'dumb' } }, 'warning'],
  [{}, 'ok'],
])('a terminal with %j is %s', (facts, verdict) => {
  const usual = {
    isTerminal: true,
    columns: 120,
    rows: 40,
    isAscii: false,
    hasColor: true,
    env: { TERM: 'xterm-256color' },
  };
  expect(checkTerminal({ ...usual, ...facts })).toMatchObject({ verdict });
});

describe('the folder for evidence', () => {
  test('that can be written is fine and is left as it was', async () => {
    expect(await checkState(join(temporaryFolder(), 'new'))).toMatchObject({ verdict: 'ok' });
  });

  test('that cannot be made is told with its errno', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o400);
    expect(await checkState(join(file, 'below'))).toMatchObject({
      verdict: 'failed',
      text: expect.stringMatching(/ENOTDIR|EEXIST/) as string,
    });
  });
});

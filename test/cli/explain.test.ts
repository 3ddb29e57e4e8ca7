/** `explain` and `runbook` as a user meets them, on the demo fleet. Needs the build (`npm run build`). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StatusPath } from '../../src/core/patch-state.ts';
import { widthOf } from '../../src/core/width.ts';
import type { UpdateDocument } from '../../src/outputs/update-text.ts';
import { evidenceOf } from '../causes/cause-case.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program, type Ended } from '../support/program.ts';

const FLEET = 'demo/fleet.ndjson';

function explain(...words: readonly string[]): Promise<Ended> {
  return program(['explain', ...words], { env: { PATCHWHY_STATE: temporaryFolder() } });
}

describe('explain of a cause', () => {
  test.each([
    ['en', 'System disk full', 'restart needed'],
    ['it', 'Disco di sistema pieno', 'riavvio'],
    ['ja', 'システムドライブの空き容量不足', '再起動の要否'],
  ])('in %s says what it is and what to do', async (language, title, label) => {
    const { code, stdout } = await explain('disk-full', '--lang', language);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${title} {2}\\(disk-full\\)\n`));
    expect(stdout).toContain(label);
    expect(stdout).toContain('/startcomponentcleanup');
    expect(stdout).toContain('https://learn.microsoft.com/');
  });

  test('takes the language of the environment', async () => {
    const env = { LANG: 'it_IT.UTF-8', PATCHWHY_STATE: temporaryFolder() };
    const { stdout } = await program(['explain', 'disk-full'], { env });
    expect(stdout).toMatch(/^Disco di sistema pieno/);
  });

  test('for managers has no command in it', async () => {
    const { stdout } = await explain('disk-full', '--audience', 'business');
    expect(stdout).toMatch(/^System disk full.*\n {2}The computer's disk is full, .*\n$/);
  });

  test('as JSON has every text', async () => {
    const { stdout } = await explain('disk-full', '--json', '--lang', 'ja');
    expect(JSON.parse(stdout)).toMatchObject({
      id: 'disk-full',
      title: 'システムドライブの空き容量不足',
      status: 'failing',
      risk: 'medium',
      reboot: 'no',
      fix: expect.stringContaining('/resetbase') as string,
    });
  });

  test("shows the team's own note", async () => {
    const notes = join(temporaryFolder(), 'notes.yaml');
    writeFileSync(notes, 'disk-full: { note: call the shop first, fix: run D-12 }');
    const { stdout } = await explain('disk-full', '--notes', notes);
    expect(stdout).toMatch(/ fix +run D-12\n/);
    expect(stdout).toMatch(/ note of the team +call the shop first\n/);
    expect(stdout).not.toContain('/startcomponentcleanup');
  });
});

describe('explain of a host', () => {
  test('shows several true causes in order, and what fixing each would give', async () => {
    const { stdout } = await explain('mi-pc-16', '--evidence', FLEET);
    expect(stdout).toMatch(/2 causes, each true[^]*\n1\. System disk full[^]*\n2\. WSUS answers/);
    expect(stdout).toContain('leaves wsus-server-error to fix');
    expect(stdout).toContain('leaves disk-full to fix');
  });

  test('translates our words, and nothing that the host said', async () => {
    const [english, japanese] = await Promise.all([
      explain('mi-pc-16', '--evidence', FLEET),
      explain('mi-pc-16', '--evidence', FLEET, '--lang', 'ja'),
    ]);
    const pointers = (text: string) => text.match(/(?<=^ {4}[+-]\d .*)\/\S+$/gm);
    expect(pointers(japanese.stdout)).toEqual(pointers(english.stdout));
    expect(pointers(english.stdout)?.length).toBeGreaterThan(3);
    expect(english.stdout).toContain('HTTP 503 from http://wsus-mi01.aurelia.example:8530  /');
    expect(japanese.stdout).toContain('HTTP 503 (http://wsus-mi01.aurelia.example:8530 の応答)  /');
    expect(japanese.stdout).toContain('システムドライブの空き容量不足  (disk-full, ');
    expect(japanese.stdout).not.toMatch(/because|do next|not the cause/);
  });

  test('with --status shows the path, as text and as JSON', async () => {
    const words = ['mi-pc-16', '--evidence', FLEET, '--status'];
    const [text, json] = await Promise.all([explain(...words), explain(...words, '--json')]);
    expect(text.stdout).toMatch(/^mi-pc-16 {2}No data\n/);
    const path = JSON.parse(json.stdout) as StatusPath;
    expect(path).toMatchObject({ name: 'mi-pc-16', state: 'no-data' });
    expect(path.steps).toHaveLength(6);
    expect(path.steps[3]).toMatchObject({ state: 'install-error', holds: 'true' });
  });
});

describe('explain of an update', () => {
  test('lists who fails, with the cause found there', async () => {
    const { code, stdout } = await explain('5042320', '--evidence', FLEET, '--json');
    expect(code).toBe(0);
    const update = JSON.parse(stdout) as UpdateDocument;
    expect(update.kb).toBe('KB5042320');
    expect(update.causes.map(({ id }) => id)).toContain('winre-partition-small');
    expect(update.hosts.find(({ name }) => name === 'muc-pc-04')).toMatchObject({
      state: 'failing',
      code: '0x80070643',
      cause: 'winre-partition-small',
    });
    expect(update.hosts.find(({ name }) => name === 'ro-srv-01')).toMatchObject({
      state: 'unknown',
      cause: 'contact-auth',
    });
  });

  test('without any run says so, and what the catalogue knows', async () => {
    const { code, stdout } = await explain('kb5034441');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^KB5034441 {2}https:\/\/support\.microsoft\.com\/help\/5034441\n/);
    expect(stdout).toContain('winre-partition-small');
    expect(stdout).toContain('no run is stored');
  });
});

describe('the runbook', () => {
  test.each(['en', 'it', 'ja'])('in %s has an entry for every cause', async (language) => {
    const { code, stdout } = await program(['runbook', '--lang', language]);
    expect(code).toBe(0);
    expect(stdout.match(/^### /gm)?.length).toBeGreaterThanOrEqual(82);
    expect(stdout).not.toMatch(/undefined|\[object/);
  });

  test('of one cause, as a page', async () => {
    const { stdout } = await program(['runbook', 'pending-reboot', '--format', 'html']);
    expect(stdout).toMatch(/^<!doctype html>/);
    expect(stdout.match(/<article /g)).toHaveLength(1);
  });

  test.each([
    [['runbook', 'disk-ful'], /"disk-ful" is no cause\n {2}did you mean "disk-full"/],
    [['runbook', '--notes', '/nowhere.yaml'], /\/nowhere\.yaml: cannot be read \(ENOENT\)/],
    [['runbook', '--lang', 'de'], /lang/],
  ])('%j ends with 2 and says why', async (words, message) => {
    const { code, stdout, stderr } = await program(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

test('in a pipe a text is one line', async () => {
  const { stdout } = await explain('winre-partition-small', '--lang', 'ja');
  expect(Math.max(...stdout.split('\n').map(widthOf))).toBeGreaterThan(80);
});

test('explain of a host names what its sources do not agree on', async () => {
  const document = evidenceOf({ name: 'x', installed: [{ kb: 'KB5035845', at: '-7d' }] });
  const evidence = join(temporaryFolder(), 'ws-201.json');
  writeFileSync(evidence, JSON.stringify(document));
  const { stdout } = await explain('ws-201', '--evidence', evidence);
  expect(stdout).toContain('sources that do not agree');
  expect(stdout).toMatch(/KB5035845 was reported as installed at .* but build 19045\.3930 runs/s);
  const { stdout: business } = await explain(
    'ws-201',
    '--evidence',
    evidence,
    '--audience',
    'business',
  );
  expect(business).not.toContain('do not agree');
});

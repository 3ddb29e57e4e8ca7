/** Causes of a user, as a user adds them. Needs the build (`npm run build`). */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { ScanDocument } from '../../src/outputs/scan-document.ts';
import { listed, ruleText } from '../rules/rule-text.ts';
import { door, inventoryOf } from '../support/doors.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program, type Ended } from '../support/program.ts';

const FLEET = 'demo/fleet.ndjson';
const GUIDE = readFileSync('docs/rules.md', 'utf8');
const EXAMPLE = /```yaml\n(id:[^]*?)```/.exec(GUIDE)?.[1] ?? '';
const EXAMPLE_ID = 'acme-backup-freezes-servicing';

interface Desk {
  readonly folder: string;
  readonly state: string;
  readonly file: (name: string, text: string) => string;
  readonly run: (...words: readonly string[]) => Promise<Ended>;
}

function desk(env: Record<string, string> = {}): Desk {
  const folder = temporaryFolder();
  const state = temporaryFolder();
  return {
    folder,
    state,
    file: (name, text) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
    run: (...words) => program(words, { env: { PATCHWHY_STATE: state, TEST_PW: 'x', ...env } }),
  };
}

function documentOf({ stdout }: Ended): ScanDocument {
  const schema = JSON.parse(readFileSync('schemas/scan.schema.json', 'utf8')) as object;
  const isScan = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
  const document = JSON.parse(stdout) as ScanDocument;
  isScan(document);
  expect(isScan.errors ?? []).toEqual([]);
  return document;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the example of the guide', () => {
  test('is right, does what the guide says, and its cases hold', async () => {
    const { file, run } = desk();
    const path = file('backup.yaml', EXAMPLE);
    expect(await run('rules', 'lint', path)).toMatchObject({
      code: 0,
      stdout: '1 cause in 1 file; nothing wrong\n',
    });
    const { code, stdout } = await run('rules', 'test', path, '--against', 'demo', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      hosts: 120,
      unchanged: 119,
      changes: [{ from: 'unexplained-failure', to: EXAMPLE_ID, hosts: ['to-srv-02'] }],
      causes: [{ id: EXAMPLE_ID, first: 1, found: 1, vetoed: 0 }],
    });
    const cases = (JSON.parse(stdout) as { cases: readonly object[] }).cases;
    expect(cases.map((one) => 'complaint' in one)).toEqual([false, false]);
  });

  const conditions = /### Conditions\n[^]*?\n## /.exec(GUIDE)?.[0] ?? '';
  const snippets = Array.from(
    conditions.matchAll(/`([a-zA-Z!][^`]*\.[^`]*)`/g),
    ([, code = '']) => code,
  );

  test('is followed by conditions that are right as they stand', async () => {
    expect(snippets.length).toBeGreaterThan(10);
    const { file, run } = desk();
    const causes = snippets.map((code, at) => {
      const each = code.startsWith('f.') ? '\n    each: f in open.installs' : '';
      return listed(`c-${at}`).replace(
        / {2}- \{.*\n/,
        () =>
          `  - kind: strong\n    weight: 0.7${each}\n    when: ${JSON.stringify(code)}\n    quote: x\n`,
      );
    });
    const { stdout } = await run('rules', 'lint', file('a.yaml', `causes:\n${causes.join('')}`));
    expect(stdout).toBe(`${snippets.length} causes in 1 file; nothing wrong\n`);
  });

  test('gives the facts of the host that it is about', async () => {
    const words = ['rules', 'facts', 'open', 'os', '--host', 'to-srv-02', '--against', 'demo'];
    const { stdout } = await desk().run(...words);
    expect(stdout).toContain('    code: 0x8000FFFF\n');
    expect(stdout).toContain('  isServer: yes\n');
  });

  test('names only commands and options that there are', async () => {
    const { stdout } = await desk().run('rules', '--help');
    const used = GUIDE.matchAll(/patchwhy rules (\w+)/g);
    for (const [, action = ''] of used) expect(stdout).toContain(`"${action}"`);
  });
});

describe('rules list', () => {
  test('shows every cause with its sources, and marks the ones of the user', async () => {
    const { file, run } = desk();
    const path = file('acme.yaml', ruleText());
    const { code, stdout } = await run('rules', 'list', '--rules', path);
    expect(code).toBe(0);
    const shipped = readdirSync(join(import.meta.dirname, '../../catalogue/causes')).length;
    const heading = `^${shipped + 1} causes, catalogue of .*; \\* 1 of your own\\n`;
    expect(stdout).toMatch(new RegExp(heading));
    expect(stdout).toMatch(
      /^ \* acme-vpn {2}The VPN client blocks WSUS \(scan-failing, 1 sign; from/m,
    );
    const listing = await run('rules', 'list', '--json');
    const { causes } = JSON.parse(listing.stdout) as {
      causes: readonly { id: string; sources: readonly string[] }[];
    };
    expect(causes).toHaveLength(shipped);
    expect(causes.filter(({ sources }) => sources.length === 0)).toEqual([]);
  });
});

describe('rules show', () => {
  test('shows a cause as it runs: signs in order, who beats whom, runbook, sources', async () => {
    const { stdout } = await desk().run('rules', 'show', 'disk-full');
    expect(stdout).toMatch(/ 2\. strong 0\.65\n {5}when system\.freeGiB < 2\.0 && /);
    expect(stdout).toMatch(/\n {2}9\. against, vetoes\n/);
    expect(stdout).toMatch(/\nbeats component-store-corrupt, /);
    expect(stdout).toMatch(/\nbeaten by [^\n]*winre-partition-small/);
    expect(stdout).toMatch(/\nrunbook\n {2}check /);
    expect(stdout).toMatch(/\nsources\n {2}- NinjaOne guide\n/);
  });
});

describe('rules facts', () => {
  test('shows all facts, and the fields of one with types and meanings', async () => {
    const { run } = desk();
    const all = await run('rules', 'facts');
    expect(all.stdout).toMatch(/^system +the system volume, as it is now$/m);
    const one = await run('rules', 'facts', 'open');
    expect(one.stdout).toMatch(/^ {2}installs\.code +text +result code, upper case/m);
  });

  test('says what could not be looked at', async () => {
    const words = ['rules', 'facts', 'scan', '--host', 'TO-SRV-03', '--against', FLEET];
    expect((await desk().run(...words)).stdout).toBe('scan: could not look\n');
  });
});

describe('--json', () => {
  test.each([
    [
      ['show', 'disk-full', 'srp-full'],
      [{ id: 'disk-full' }, { id: 'srp-full' }],
    ],
    [['show', 'disk-full'], { id: 'disk-full', category: 'disk-space' }],
    [['facts', 'system'], [{ name: 'system', fields: [{ name: 'mount', type: 'text' }] }]],
    [
      ['facts', 'os', '--host', 'to-srv-02', '--against', 'demo'],
      { os: { known: true, isServer: true } },
    ],
  ])('of rules %j', async (words, expected) => {
    const { stdout } = await desk().run('rules', ...words, '--json');
    const printed = JSON.parse(stdout) as object;
    expect(withFirstFields(printed)).toMatchObject(expected);
  });

  /** Of a list of fields the first says enough. */
  function withFirstFields(printed: object): object {
    const text = JSON.stringify(printed, (key, value: unknown) =>
      key === 'fields' && Array.isArray(value) ? value.slice(0, 1) : value,
    );
    return JSON.parse(text) as object;
  }
});

describe('rules lint', () => {
  test('tells all problems of all files, as text and as JSON, and ends with 2', async () => {
    const { folder, file, run } = desk();
    file('a.yaml', ruleText('scan.code ==', 'scna.code =='));
    file('b.yml', ruleText('0.7', '70').replace('acme-vpn', 'acme-two'));
    file('notes.txt', 'no rule');
    const { code, stdout } = await run('rules', 'lint', folder);
    expect(code).toBe(2);
    expect(stdout).toContain(
      `${join(folder, 'a.yaml')}:9:9: when: scna is no fact\n  did you mean "scan"?\n`,
    );
    expect(stdout).toContain(`${join(folder, 'b.yml')}:8:11: "weight" must`);
    const json = await run('rules', 'lint', folder, '--json');
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({
      problems: [
        { code: 'rules.when', place: { line: 9, column: 9 }, hint: 'did you mean "scan"?' },
        { code: 'rules.wrong-value', place: { line: 8, column: 11 } },
      ],
    });
  });
});

describe('rules test', () => {
  const beating = ruleText('signs:', 'beats: [wsus-server-error]\nsigns:').replace(
    '  quote',
    '  quote: x\n- kind: against\n  when: system.freeGiB < 2.0\n  quote',
  );

  test('says which first causes change, on how many hosts each rule holds, and who was healthy', async () => {
    const { file, run } = desk();
    const accusing = ruleText("scan.code == '0x80244022'", 'scan.isGood').replace(
      'acme-vpn',
      'acme-accuser',
    );
    const files = [file('a.yaml', beating), file('b.yaml', accusing)];
    const { code, stdout } = await run('rules', 'test', ...files, '--against', FLEET);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n {2}wsus-server-error -> acme-vpn: 25 hosts\n/);
    expect(stdout).toMatch(/\n {2}none -> acme-accuser: \d+ hosts\n/);
    expect(stdout).toMatch(/\n {2}were healthy before: \d+ hosts; look at each of them\n/);
    expect(stdout).toMatch(/\nacme-vpn: found on 25 hosts, first on 25, vetoed on 1\n/);
    expect(stdout).toMatch(/\n {2}sign 1 \(strong\): true on 26, could not look on 12\n/);
  });

  test('ends with 3 when a case does not come out as its author expects', async () => {
    const { file, run } = desk();
    const cases = `cases:
- { evidence: fleet.ndjson, host: MI-PC-01, is: acme-vpn }
- { evidence: fleet.ndjson, host: mi-pc-01, isNot: wsus-server-error }
- { evidence: fleet.ndjson, host: nobody, is: acme-vpn }
signs:`;
    file('fleet.ndjson', readFileSync(FLEET, 'utf8'));
    const path = file('a.yaml', ruleText('signs:', cases));
    const { code, stdout } = await run('rules', 'test', path);
    expect(code).toBe(3);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('mi-pc-01 is wsus-server-error, not acme-vpn');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('mi-pc-01 is said to have wsus-server-error');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('no host nobody there');
    expect(stdout).toContain('0 of 3 cases as expected');
  });
});

test('evidence of a case that cannot be read ends with 2, and names the case', async () => {
  const { file, run } = desk();
  const cases = 'cases:\n- { evidence: nowhere.ndjson, is: acme-vpn }\nsigns:';
  const path = file('a.yaml', ruleText('signs:', cases));
  const { code, stderr } = await run('rules', 'test', path);
  expect(code).toBe(2);
  expect(stderr).toMatch(/a\.yaml:7: .*nowhere\.ndjson: cannot be read/);
});

describe('a run with rules of the user', () => {
  test('says so: in a notice, in --json with name, hash and ids, and in run.json', async () => {
    const { file, state, run } = desk();
    const text = ruleText('signs:', 'beats: [wsus-server-error]\nsigns:');
    const path = file('acme.yaml', text);
    const ended = await run('scan', '--evidence', FLEET, '--json', '--rules', path);
    const document = documentOf(ended);
    const used = [{ name: 'acme.yaml', sha256: sha256(text), causes: ['acme-vpn'] }];
    expect(document.tool.rules).toEqual(used);
    expect(document.causes[0]).toMatchObject({ id: 'acme-vpn', hostCount: 25, recurring: true });
    expect(document.notices).toContainEqual(
      expect.objectContaining({ code: 'rules', text: 'own causes from acme.yaml (1)' }),
    );
    const [id = ''] = readdirSync(join(state, 'runs'));
    const written = JSON.parse(readFileSync(join(state, 'runs', id, 'run.json'), 'utf8')) as object;
    expect(written).toMatchObject({ tool: { rules: used } });
    const again = await run('scan', '--evidence', 'last', '--json');
    expect(documentOf(again).notices).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        text: `run ${id} was judged with other rules: then also acme.yaml ${sha256(text).slice(0, 12)}`,
      }),
    );
    const same = await run('scan', '--evidence', id, '--json', '--rules', path);
    expect(documentOf(same).notices.filter(({ level }) => level === 'warning')).toEqual([]);
  });

  test('takes them from PATCHWHY_RULES, where no --rules is given', async () => {
    const { file } = desk();
    const one = file('one.yaml', ruleText());
    const two = file('two.yaml', `causes:\n${listed('acme-two')}`);
    const { run } = desk({ PATCHWHY_RULES: one });
    const words = ['scan', '--evidence', FLEET, '--json', '--no-store'];
    expect(documentOf(await run(...words)).tool.rules?.map(({ name }) => name)).toEqual([
      'one.yaml',
    ]);
    const given = documentOf(await run(...words, '--rules', two)).tool.rules;
    expect(given?.map(({ name }) => name)).toEqual(['two.yaml']);
    expect(documentOf(await run(...words, '--no-rules')).tool).not.toHaveProperty('rules');
  });

  test('says which built-in causes they stand in for', async () => {
    const { file, run } = desk();
    const text = ruleText('id: acme-vpn', 'replaces: true\nid: wsus-server-error');
    const words = ['--evidence', FLEET, '--no-store', '--rules', file('a.yaml', text)];
    const { stderr, stdout } = await run('scan', ...words);
    expect(stderr + stdout).toContain("in place of the catalogue's: wsus-server-error");
  });

  test('explains a host anew, and a cause of the user', async () => {
    const { file, run } = desk();
    const path = file('a.yaml', ruleText('signs:', 'beats: [wsus-server-error]\nsigns:'));
    await run('scan', '--evidence', FLEET, '--json');
    expect((await run('explain', 'mi-pc-01')).stdout).toMatch(
      /^mi-pc-01 {2}\S+ {2}wsus-server-error/,
    );
    const anew = await run('explain', 'mi-pc-01', '--rules', path);
    expect(anew.stdout).toMatch(/^mi-pc-01 {2}\S+ {2}acme-vpn/);
    expect(anew.stdout).toContain('\n  a cause of your own, from a.yaml\n');
    expect((await run('explain', 'acme-vpn', '--rules', path)).stdout).toMatch(/^The VPN client/);
  });

  test('that is gone on with takes them again, and says when they have changed', async () => {
    const open = await door('ws-1', true);
    const shut = await door('ws-2', false);
    const { file, run, state } = desk();
    const rules = file('acme.yaml', ruleText());
    const inventory = file('fleet-inventory', inventoryOf([open, shut]));
    const first = await run(
      'scan',
      '-i',
      inventory,
      '--json',
      '--rules',
      rules,
      '--deadline',
      '2s',
    );
    expect(first.code).toBe(124);
    file('acme.yaml', ruleText('0.7', '0.8'));
    shut.open();
    const second = await run('resume', '--json');
    const document = documentOf(second);
    expect(document.tool.rules?.map(({ name }) => name)).toEqual(['acme.yaml']);
    expect(document.notices.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^the run began judged with other rules: then also acme\.yaml/),
    );
    expect(readdirSync(join(state, 'runs'))).toHaveLength(1);
  });
});

describe('wrong use ends with 2, before anything is asked', () => {
  test.each([
    [['rules', 'list', 'x'], 'rules list takes no names'],
    [['rules', 'show'], 'rules show needs a cause'],
    [['rules', 'show', 'disk-ful'], 'did you mean "disk-full"?'],
    [['rules', 'facts', 'sytem'], 'did you mean "system"?'],
    [['rules', 'facts', '--against', 'demo'], '--against shows values of one host'],
    [['rules', 'facts', '--host', 'nobody', '--against', 'demo'], 'no host "nobody" in demo'],
    [['rules', 'lint'], 'rules lint needs a file'],
    [['rules', 'lint', '/nowhere.yaml'], '/nowhere.yaml: there is no such file'],
    [['rules', 'lint', '/dev/zero'], '/dev/zero: this is no regular file'],
    [['rules', 'test'], 'rules test needs a file'],
    [['scan', 'srv-01', '--rules'], 'Not enough arguments following: rules'],
    [['scan', '--rules', '/nowhere.yaml', 'srv-01'], '/nowhere.yaml: there is no such file'],
  ])('%j', async (words, message) => {
    const { code, stderr } = await desk().run(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test('a file with a mistake, with the place of each', async () => {
    const { file, run } = desk();
    const path = file('a.yaml', ruleText('0.7', '7'));
    const { code, stderr, stdout } = await run('scan', 'srv-01', '--rules', path);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^patchwhy: .*a\.yaml:8:11: "weight" must lie above 0/);
    expect(stdout).toBe('');
  });

  test('a folder without rules', async () => {
    const { folder, run } = desk();
    const { code, stderr } = await run('rules', 'lint', folder);
    expect(code).toBe(2);
    expect(stderr).toContain('no .yaml file in this folder');
  });

  test('a file to test, and nothing to test it against', async () => {
    const { file, run } = desk();
    const { code, stderr } = await run('rules', 'test', file('a.yaml', ruleText()));
    expect(code).toBe(2);
    expect(stderr).toContain('nothing to test against');
  });
});

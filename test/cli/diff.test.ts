import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

const FLEET = fileURLToPath(new URL('../../demo/fleet.ndjson', import.meta.url));

interface Document {
  readonly host: string;
  readonly collectedAt: string;
}

/** Two runs over one folder of documents; between them the first failing host is replaced by a healthy one. */
async function twoRuns() {
  const folder = temporaryFolder();
  const state = join(folder, 'state');
  const documents = join(folder, 'documents');
  mkdirSync(documents);
  const run = (...words: readonly string[]) =>
    program(words, { env: { PATCHWHY_STATE: state, LANG: 'C' } });
  const all = demoDocuments();
  const before = JSON.parse(
    (await run('scan', '--evidence', FLEET, '--json', '--no-store')).stdout,
  ) as { hosts: { name: string; cause: string | null }[] };
  const sick = before.hosts.filter(({ cause }) => cause === 'disk-full').slice(0, 3);
  const well = before.hosts.find(({ cause }) => cause === 'none');
  const write = (name: string, like: string): void => {
    const document = all.get(like);
    writeFileSync(join(documents, `${name}.json`), JSON.stringify({ ...document, host: name }));
  };
  for (const { name } of sick) write(name, name);
  await run('scan', '--evidence', documents);
  const [cured] = sick;
  write(cured?.name ?? '', well?.name ?? '');
  await run('scan', '--evidence', documents);
  return { run, cured: cured?.name ?? '', sick: sick.map(({ name }) => name) };
}

function demoDocuments(): ReadonlyMap<string, Document> {
  const lines = readFileSync(FLEET, 'utf8').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const document = JSON.parse(line) as Document;
      return [document.host, document];
    }),
  );
}

test('the last run is compared with the one before it over the same documents', async () => {
  const { run, cured } = await twoRuns();
  const { code, stdout } = await run('diff', '--json', '--exit-code');
  expect(code).toBe(3);
  const document = JSON.parse(stdout) as Record<string, unknown>;
  expect(document).toMatchObject({
    counts: { cured: 1, same: 2, new: 0, changed: 0 },
    causes: [{ cause: 'disk-full', before: 3, after: 2, crossed: 'down' }],
  });
  const table = await run('diff');
  expect(table.stdout).toMatch(/: 2 same, 1 cured\n/);
  expect(table.stdout).toContain('no longer recurring');
  expect(table.stdout).toMatch(new RegExp(`^cured +${cured} +disk-full +none$`, 'm'));
  expect((await run('diff', 'last', 'last', '--exit-code')).code).toBe(0);
});

test('says what came on the hosts that have a cause anew, and not on the others', async () => {
  const folder = temporaryFolder();
  const run = (...words: readonly string[]) =>
    program(words, { env: { PATCHWHY_STATE: join(folder, 'state'), LANG: 'C' } });
  const documents = join(folder, 'documents');
  mkdirSync(documents);
  const all = [...demoDocuments().values()].filter(({ host }) => /^(ro|to)-pc/.test(host));
  const write = (change: (document: Document, at: number) => object): void => {
    for (const [at, document] of all.slice(0, 14).entries()) {
      const changed = { ...document, agents: [], ...change(document, at) };
      writeFileSync(join(documents, `${document.host}.json`), JSON.stringify(changed));
    }
  };
  write(() => ({}));
  await run('scan', '--evidence', documents);
  const services = [{ name: 'wuauserv', state: 'stopped', startMode: 'disabled' }];
  const agents = [{ product: 'Acme', version: '5.1', state: 'running' }];
  write((_, at) => (at < 5 ? { services, agents } : {}));
  await run('scan', '--evidence', documents);
  const { stdout } = await run('diff');
  expect(stdout).toMatch(
    /^wu-service-disabled\n {2}agent Acme 5\.1 came on (\d) of \1 that have it anew, on \d of \d+ others\n/m,
  );
  const { traits } = JSON.parse((await run('diff', '--json')).stdout) as { traits: unknown };
  expect(traits).toMatchObject([{ cause: 'wu-service-disabled', changes: [{ how: 'came' }] }]);
});

test('history tells when a host was cured, and how a cause went down', async () => {
  const { run, cured } = await twoRuns();
  const host = JSON.parse((await run('history', cured, '--json')).stdout) as { cause: string }[];
  expect(host.map(({ cause }) => cause)).toEqual(['disk-full', 'none']);
  const cause = JSON.parse((await run('history', 'disk-full', '--json')).stdout) as {
    hosts: number;
  }[];
  expect(cause.map(({ hosts }) => hosts)).toEqual([3, 2]);
});

test('what no run knows, and a comparison with nothing, are told in one line', async () => {
  const { run } = await twoRuns();
  const unknown = await run('history', 'no-such-host');
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toMatch(/no stored run knows "no-such-host"/);
  expect((await run('history', 'disk-full', '--since', 'monday')).stderr).toMatch(/takes a day/);
  const alone = await program(['diff'], { env: { PATCHWHY_STATE: temporaryFolder() } });
  expect(alone).toMatchObject({ code: 2, stdout: '' });
  expect(alone.stderr).toMatch(/no run is stored yet/);
});

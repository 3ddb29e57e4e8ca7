import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';

const env = { PATCHWHY_STATE: '/nonexistent/patchwhy', LANG: 'C' };
const report = (...words: readonly string[]) =>
  program(['report', 'overview', '--run', 'demo', ...words], { env });

test('the overview of the demo fleet names its first fix and adds up', async () => {
  const { code, stdout } = await report('--format', 'json');
  expect(code).toBe(0);
  const { totals, fixes, provenance } = JSON.parse(stdout) as {
    totals: { hosts: number; ok: number; hindered: number; unseen: number };
    fixes: { cause: string; hosts: number; total: number }[];
    provenance: { evidence: string };
  };
  expect(totals.hosts).toBe(120);
  expect(totals.ok + totals.hindered + totals.unseen).toBe(120);
  expect(fixes[0]).toMatchObject({ hosts: 25, total: 25 });
  expect(provenance.evidence).toMatch(/^[0-9a-f]{64}$/);
});

test.each(['en', 'it', 'ja'])('as one page of HTML in %s, written to a file', async (language) => {
  const file = join(temporaryFolder(), 'overview.html');
  const { code, stdout } = await report('--lang', language, '-o', file);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  const html = readFileSync(file, 'utf8');
  expect(html).toContain(`<html lang="${language}">`);
  expect(html).not.toMatch(/undefined|\[object|NaN/);
});

test('a file that cannot be written, and no run, are told in one line', async () => {
  const unwritable = await report('-o', '/nonexistent/x.html');
  expect(unwritable).toMatchObject({ code: 1, stdout: '' });
  expect(unwritable.stderr).toMatch(/x\.html cannot be written \(ENOENT\)/);
  const none = await program(['report', 'overview'], { env });
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(/no run is stored yet/);
  expect(existsSync('/nonexistent')).toBe(false);
});

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { diagnose, diagnoseContact } from '../../src/causes/diagnose.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import { examine } from '../../src/facts/examine.ts';
import type { CauseCase } from './cause-case.ts';
import { cured, evidenceOf, readCases } from './cause-case.ts';

const catalogue = readCatalogueFolder(join(import.meta.dirname, '../../catalogue'));
const folder = new URL('cases/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

function verdictOn(one: CauseCase): Verdict {
  if (one.contact)
    return diagnoseContact(catalogue, {
      schema: 'evidence/1',
      host: 'ws-201',
      contact: one.contact,
    });
  return diagnose(catalogue, examine(evidenceOf(one), catalogue.knowledge));
}

describe.each(files.map((file) => [file.replace('.yaml', ''), file] as const))('%s', (id, file) => {
  const cases = readCases(new URL(file, folder));

  test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const { cause, causes } = verdictOn(one);
    // A case that expects nothing expects the impossible.
    expect(cause).toBe(one.is ?? (one.isNot === undefined ? 'anything' : cause));
    expect(causes.map(({ id }) => id)).not.toContain(one.isNot);
  });

  const failing = cases.filter((one) => one.is === id && one.fails !== undefined);
  test.each(failing.map((one) => [one.name, one] as const))(
    'is no longer a cause once it installed: %s',
    (_, one) => {
      expect(verdictOn(cured(one)).causes.map((cause) => cause.id)).not.toContain(id);
    },
  );
});

/** Cases labelled before they ran: by result code, after published ones, and by what the catalogue says of its causes. */
describe.each(['codes', 'review'])('%s', (name) => {
  const reviewed = new URL(`${name}/`, import.meta.url);
  const lists = readdirSync(reviewed).filter((file) => file.endsWith('.yaml'));

  describe.each(lists)('%s', (file) => {
    const cases = readCases(new URL(file, reviewed));

    test.each(cases.map((one) => [one.name, one] as const))('%s', (_, one) => {
      const { cause, causes } = verdictOn(one);
      expect(one.from).toBeDefined();
      expect(cause).toBe(one.is);
      expect(causes.map(({ id }) => id)).not.toContain(one.isNot);
    });

    test('are five at least', () => expect(cases.length).toBeGreaterThanOrEqual(5));
  });
});

const FLEET_ONLY = new Set(['wsus-duplicate-client-id']);
const executable = [...catalogue.causes.values()]
  .filter(({ cause, signs }) => signs.length > 0 && !FLEET_ONLY.has(cause.id))
  .map(({ cause }) => cause.id);

test.each(executable)('%s has cases: a host that has it, and a look-alike', (id) => {
  expect(files).toContain(`${id}.yaml`);
  const cases = readCases(new URL(`${id}.yaml`, folder));
  expect(cases.map(({ is }) => is)).toContain(id);
  expect(cases.filter(({ is }) => is !== id)).not.toEqual([]);
});

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
    const verdict = verdictOn(one);
    const named = verdict.causes.map((cause) => cause.id);
    if (one.is !== undefined) expect(verdict.cause).toBe(one.is);
    if (one.isNot !== undefined) expect(named).not.toContain(one.isNot);
    expect(one.is ?? one.isNot).toBeDefined();
  });

  const failing = cases.filter((one) => one.is === id && one.fails !== undefined);
  test.each(failing.map((one) => [one.name, one] as const))(
    'is no longer a cause once it installed: %s',
    (_, one) => {
      expect(verdictOn(cured(one)).causes.map((cause) => cause.id)).not.toContain(id);
    },
  );
});

test('every cause with signs has cases: one that has it, one that must not', () => {
  const FLEET_ONLY = new Set(['wsus-duplicate-client-id']);
  const executable = [...catalogue.causes.values()].filter(({ signs }) => signs.length > 0);
  for (const { cause } of executable.filter((one) => !FLEET_ONLY.has(one.cause.id))) {
    expect(files, cause.id).toContain(`${cause.id}.yaml`);
    const cases = readCases(new URL(`${cause.id}.yaml`, folder));
    expect(
      cases.some(({ is }) => is === cause.id),
      `${cause.id}: a host that has it`,
    ).toBe(true);
    expect(
      cases.some(({ is }) => is !== cause.id),
      `${cause.id}: a look-alike`,
    ).toBe(true);
  }
});

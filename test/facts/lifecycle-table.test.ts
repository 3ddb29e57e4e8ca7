import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCatalogueFolder } from '../../scripts/catalogue-folder.ts';
import { diagnose } from '../../src/causes/diagnose.ts';
import { readLifecycle } from '../../src/causes/lifecycle.ts';
import { examine } from '../../src/facts/examine.ts';
import { evidenceOf } from '../causes/cause-case.ts';

const TABLE = readFileSync(new URL('../../catalogue/lifecycle.csv', import.meta.url), 'utf8');
const lifecycle = readLifecycle(TABLE);

function supportEnd(os: Record<string, unknown>): string {
  const { facts } = examine(evidenceOf({ name: 'x', patch: { os } }), { builds: [], lifecycle });
  return facts.lifecycle.known ? facts.lifecycle.supportEnd.toISOString().slice(0, 10) : 'unknown';
}

describe('the end of support that the table gives', () => {
  test.each([
    ['1511, whatever the edition', 10_586, 'Enterprise', '2017-10-10'],
    ['1703 Pro', 15_063, 'Professional', '2018-10-09'],
    ['1703 Education', 15_063, 'Education', '2019-10-08'],
    ['1709 Home', 16_299, 'Core', '2019-04-09'],
    ['1709 Enterprise', 16_299, 'Enterprise', '2020-10-13'],
    ['1803 Enterprise', 17_134, 'Enterprise', '2021-05-11'],
    ['1903', 18_362, 'Professional', '2020-12-08'],
    ['IoT LTSC 2021, five years after its plain twin', 19_044, 'IoTEnterpriseS', '2032-01-13'],
    ['LTSC 2021', 19_044, 'EnterpriseS', '2027-01-12'],
    ['LTSC 2021 N', 19_044, 'EnterpriseSN', '2027-01-12'],
    ['IoT LTSC 2024', 26_100, 'IoTEnterpriseS', '2034-10-10'],
    ['IoT Enterprise of the yearly channel', 19_044, 'IoTEnterprise', '2024-06-11'],
    ['IoT LTSC 2019, as its plain twin', 17_763, 'IoTEnterpriseS', '2029-01-09'],
    ['a server of the half-yearly channel', 19_042, 'ServerDatacenterACor', '2022-08-09'],
    ['26H2 Pro', 26_300, 'Professional', '2028-10-10'],
    ['no long-term release of that build', 19_045, 'IoTEnterpriseS', 'unknown'],
  ])('%s', (_, build, edition, expected) => {
    expect(supportEnd({ build, edition })).toBe(expected);
  });

  test('each row ends on a day that exists, and no extended support before the support', () => {
    for (const { supportEnd: end, esuEnd } of lifecycle) {
      expect(new Date(end).toISOString().slice(0, 10)).toBe(end);
      expect(esuEnd === '' || esuEnd > end).toBe(true);
    }
  });

  test('a row without a source is marked as unsure, and no verdict is sure of it', () => {
    const unsure = lifecycle.filter((row) => row.isUnsure);
    expect(unsure.map(({ build, editionClass }) => `${build} ${editionClass}`)).toEqual([
      '25398 server',
    ]);
    const catalogue = readCatalogueFolder('catalogue');
    const confidence = (os: Record<string, unknown>) => {
      const installed = [{ kb: 'KB5034122', at: '-400d' }];
      const one = { name: 'x', now: '2026-06-01T00:00:00Z', installed, patch: { os } };
      const verdict = diagnose(catalogue, examine(evidenceOf(one), catalogue.knowledge));
      return verdict.causes.find(({ id }) => id === 'os-end-of-life')?.confidence;
    };
    const server = { edition: 'ServerDatacenterACor', productType: 'server', ubr: 1 };
    expect(confidence({ build: 25_398, ...server })).toBeLessThan(0.7);
    expect(confidence({ build: 19_042, ...server })).toBeGreaterThan(0.9);
  });

  test('no build has two rows for a class of editions', () => {
    const keys = lifecycle.map(({ build, editionClass }) => `${build} ${editionClass}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TrustedCertificates } from '../../src/store/trusted-certificates.ts';
import { temporaryFolder } from '../support/folder.ts';

const ONE = '11'.repeat(32);
const OTHER = '22'.repeat(32);
const PLACE = 'ws-1.test:5986';

function store(folder: string, told: string[] = []): TrustedCertificates {
  const onTrust = (place: string, sha256: string): void => void told.push(`${place} ${sha256}`);
  return new TrustedCertificates(folder, onTrust, () => new Date(0));
}

test('what a place shows first counts from then on, in later runs too, and is told once', async () => {
  const folder = temporaryFolder();
  const told: string[] = [];
  const first = store(folder, told);
  expect(await first.recall(PLACE, ONE)).toBe(ONE);
  expect(await first.recall(PLACE, OTHER)).toBe(ONE);
  expect(await store(folder, told).recall(PLACE, OTHER)).toBe(ONE);
  expect(told).toEqual([`${PLACE} ${ONE}`]);
  expect(readFileSync(join(folder, 'trusted-certificates'), 'utf8')).toBe(
    `${PLACE} ${ONE} 1970-01-01T00:00:00.000Z\n`,
  );
});

test('of two certificates that come at once for one place, one counts for both', async () => {
  const folder = temporaryFolder();
  const shared = store(folder);
  const recalled = await Promise.all([ONE, OTHER, OTHER].map((each) => shared.recall(PLACE, each)));
  expect(recalled).toEqual([ONE, ONE, ONE]);
  const lines = readFileSync(join(folder, 'trusted-certificates'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(1);
});

test('the file is for its owner alone', async () => {
  const folder = join(temporaryFolder(), 'state');
  await store(folder).recall(PLACE, ONE);
  expect(statSync(join(folder, 'trusted-certificates')).mode & 0o777).toBe(0o600);
});

test('a line cut off or of another making is no certificate', async () => {
  const folder = temporaryFolder();
  const lines = `${PLACE} ${ONE.slice(0, 60)}\n\nodd\n${PLACE} ${OTHER} 2026\n${PLACE} ${ONE} 2026\n`;
  writeFileSync(join(folder, 'trusted-certificates'), lines);
  expect(await store(folder).recall(PLACE, ONE)).toBe(OTHER);
});

test('what cannot be kept is not trusted, and may be asked again', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'trusted-certificates');
  const told: string[] = [];
  writeFileSync(join(folder, 'plain'), '');
  const nowhere = store(join(folder, 'plain', 'state'), told);
  await expect(nowhere.recall(PLACE, ONE)).rejects.toThrow(/ENOTDIR/);
  await expect(nowhere.recall(PLACE, OTHER)).rejects.toThrow(/ENOTDIR/);
  expect(told).toEqual([]);
  writeFileSync(file, '');
  chmodSync(file, 0o600);
  expect(await store(folder).recall(PLACE, ONE)).toBe(ONE);
});

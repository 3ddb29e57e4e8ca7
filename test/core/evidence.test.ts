import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evidenceTypes } from '../../scripts/generate-evidence-types.ts';

test('the types of evidence are those that its schema gives: npm run generate', async () => {
  expect(readFileSync('src/core/evidence.ts', 'utf8')).toBe(await evidenceTypes());
});

/** A team's own notes: what they change, and what is said of mistakes in them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadNotes, readNotes } from '../../src/cli/notes.ts';
import { PatchwhyError } from '../../src/core/error.ts';
import { temporaryFolder } from '../support/folder.ts';

const CAUSES = new Set(['disk-full', 'pending-reboot']);

function complaint(text: string): string {
  try {
    readNotes(text, 'notes.yaml', CAUSES);
  } catch (error) {
    if (error instanceof PatchwhyError) return `${error.message} | ${error.hint}`;
    throw error;
  }
  return 'no complaint';
}

test('a note overrides texts, and adds itself and its links', () => {
  const text = `
disk-full:
  fix: free space with our script D-12
  risk: low
  note: >
    ask the shop first,
    tills write logs all day
  links: [https://wiki.example/disk]
pending-reboot:
`;
  const notes = readNotes(text, 'notes.yaml', CAUSES);
  expect(notes.get('disk-full')).toEqual({
    texts: { fix: 'free space with our script D-12', risk: 'low' },
    note: 'ask the shop first, tills write logs all day',
    links: ['https://wiki.example/disk'],
  });
  expect(notes.get('pending-reboot')).toEqual({ texts: {}, links: [] });
});

test.each([
  [
    'an unknown cause',
    'disk-ful: { note: x }',
    /notes\.yaml:1:1: "disk-ful" is no cause.*"disk-full"/,
  ],
  ['an unknown key', 'disk-full:\n  fixx: x', /notes\.yaml:2:3: "fixx" is no key.*"fix"/],
  [
    'a level that is none',
    'disk-full:\n  risk: huge',
    /notes\.yaml:2:9: risk cannot be "huge".*low, medium, high/,
  ],
  ['a text that is a list', 'disk-full:\n  fix: [a]', /notes\.yaml:2:8: fix must be text/],
  ['an empty text', 'disk-full:\n  fix:', /fix must be text/],
  [
    'a link that a browser would run',
    'disk-full:\n  links: ["javascript:alert(1)"]',
    /notes\.yaml:2:11: a link must be/,
  ],
  ['a list at the top', '- disk-full', /the file is no mapping/],
  ['a text for a cause', 'disk-full: x', /the note on disk-full is no mapping/],
  ['a cause twice', 'disk-full: {}\ndisk-full: {}', /notes\.yaml:2:1: "disk-full" is given twice/],
  ['broken YAML', 'disk-full: [', /notes\.yaml:1:\d+/],
])('%s is refused with its place', (_, text, message) => {
  expect(complaint(text)).toMatch(message);
});

test('all mistakes are told at once', () => {
  expect(complaint('disk-full: { fixx: x, risk: huge }')).toMatch(/fixx[^]*huge[^]*2 places/);
});

test('any text is read or refused, and never crashes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'disk-full',
      'note',
      'links',
      'fix',
      ': ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '"',
      '&a',
      '*a',
      '#',
    ),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      expect(complaint(pieces.join(''))).toMatch(/no complaint|notes\.yaml/);
    }),
    { numRuns: 1000 },
  );
});

describe('notes.yaml in the config folder', () => {
  test('is read unasked, and a file that is named comes before it', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'patchwhy'));
    writeFileSync(join(folder, 'patchwhy', 'notes.yaml'), 'disk-full: { note: usual }');
    const env = { XDG_CONFIG_HOME: folder };
    expect(loadNotes(undefined, CAUSES, env).get('disk-full')?.note).toBe('usual');
    const own = join(folder, 'own.yaml');
    writeFileSync(own, 'disk-full: { note: named }');
    expect(loadNotes(own, CAUSES, env).get('disk-full')?.note).toBe('named');
  });

  test('need not be there, but a file that is named must', () => {
    const env = { XDG_CONFIG_HOME: temporaryFolder() };
    expect(loadNotes(undefined, CAUSES, env).size).toBe(0);
    expect(() => loadNotes('/nowhere/notes.yaml', CAUSES, env)).toThrow(
      /cannot be read \(ENOENT\)/,
    );
  });
});

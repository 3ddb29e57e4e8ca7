import { describe, expect, test } from 'vitest';
import { readClixml } from '../../src/collect/clixml.ts';
import type { FrameResult } from '../../src/collect/frame.ts';
import { noDocument } from '../../src/collect/no-document.ts';

type Missing = Exclude<FrameResult, { kind: 'document' }>;
const silent = readClixml(Buffer.alloc(0));

describe('a reply without a document', () => {
  test.each<[string, Missing, number | undefined, string, RegExp]>([
    [
      'cut in the middle',
      { kind: 'cut', bytes: 120, expected: 4000 },
      0,
      'CUT_OFF',
      /after 120 of 4000 bytes/,
    ],
    [
      'cut before its length',
      { kind: 'cut', bytes: 0, expected: undefined },
      0,
      'CUT_OFF',
      /after 0 bytes/,
    ],
    [
      'mixed with something',
      { kind: 'bad-length', expected: 99 },
      0,
      'BAD_REPLY',
      /not the 99 bytes/,
    ],
    ['far too long', { kind: 'too-long', expected: 99, limit: 9 }, 0, 'BAD_REPLY', /limit is 9/],
    ['in another encoding', { kind: 'not-utf8', bytes: 7 }, 0, 'BAD_REPLY', /UTF-8/],
    ['of another run', { kind: 'other-run', bytes: 7 }, 0, 'NOISE', /another run/],
    [
      'that is noise',
      { kind: 'noise', bytes: 20, noise: 'Zugriff verweigert' },
      0,
      'NOISE',
      /20 bytes .*"Zugriff verweigert"/,
    ],
    ['that is empty', { kind: 'empty' }, 0, 'NO_OUTPUT', /without a word/],
    ['that is an exit code', { kind: 'empty' }, 4, '4', /ended with 4/],
  ])('%s says what came', (_, result, exitCode, code, message) => {
    expect(noDocument(result, silent, exitCode)).toEqual({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  test('because of antivirus says so, whatever stdout looked like', () => {
    const stderr = readClixml(
      Buffer.from('FullyQualifiedErrorId : ScriptContainedMaliciousContent'),
    );
    expect(noDocument({ kind: 'noise', bytes: 3, noise: 'hm' }, stderr, 1).code).toBe('BLOCKED');
  });

  test('because powershell.exe did not start says so, unless something ran', () => {
    expect(noDocument({ kind: 'empty' }, readClixml(Buffer.from('no'), 1), 1).code).toBe(
      'NO_POWERSHELL',
    );
    const noise = { kind: 'noise', bytes: 3, noise: 'hm' } as const;
    expect(noDocument(noise, readClixml(Buffer.from('no'), 1), 1).code).toBe('NOISE');
  });

  test('keeps the words of the host short', () => {
    const stderr = readClixml(Buffer.from('x'.repeat(5000)));
    expect(noDocument({ kind: 'empty' }, stderr, 1).message.length).toBeLessThan(300);
  });
});

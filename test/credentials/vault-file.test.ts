import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import { openSealed, readSealed } from '../../src/credentials/ansible-vault.ts';
import { readVaultFile } from '../../src/credentials/vault-file.ts';
import { temporaryFolder } from '../support/folder.ts';

const PASSWORDS: Record<string, string> = { default: 'open sesame', lab: 'lab pass' };
const RIGHT = new Secret('open sesame');
const WRONG = new Secret('open barley');
const SECRET = 'Hunter2-é-日';
const fixture = (name: string): string => join('test/fixtures/vault', `${name}.vault`);

const knows = async (id: string): Promise<Secret> => new Secret(PASSWORDS[id] ?? 'unknown id');
const nobody = (): Promise<Secret> => Promise.reject(new Error('asked for a password'));

function written(text: string): string {
  const path = join(temporaryFolder(), 'file.vault');
  writeFileSync(path, text);
  return path;
}

describe('what Ansible vault has encrypted is opened', () => {
  test.each([
    ['a variable of a whole file', 'whole', 'acme.svc', SECRET],
    ['a variable whose name has a dot', 'values', 'dotted.name', `${SECRET}\n`],
    ['digits and words stay what was written', 'whole', 'switch', 'no'],
    ['several lines', 'whole', 'multi', 'two\nlines\n'],
    ['a file encrypted with a vault id (format 1.2)', 'whole-lab', 'acme.svc', SECRET],
    ['a whole text that is no YAML', 'text', undefined, `${SECRET}\n`],
    ['one value in a plain file', 'values', 'svc_password', `${SECRET}\n`],
    ['a nested value with a vault id of its own', 'values', 'nested.deep', 'Nested-1'],
  ])('%s', async (_what, name, key, text) => {
    const ref = { path: fixture(name), ...(key !== undefined && { key }) };
    expect(await readVaultFile(ref, knows)).toEqual({ kind: 'text', text });
  });

  test('whatever the line ends', async () => {
    const path = written(readFileSync(fixture('whole'), 'utf8').replaceAll('\n', '\r\n'));
    expect(await readVaultFile({ path, key: 'number' }, knows)).toEqual({
      kind: 'text',
      text: '0815',
    });
  });
});

describe('what cannot be opened says why, and is not guessed', () => {
  test.each([
    ['no such file', 'none', 'a', /cannot be read \(ENOENT\)/],
    ['no such variable', 'whole', 'acme.svk', /has no such variable/],
    ['a variable that is a map', 'whole', 'acme', /is not one value/],
    ['a variable that is a list', 'whole', 'list', /is not one value/],
    ['a step into a value', 'whole', 'number.x', /has no such variable/],
    ['a text that is no YAML, asked for a variable', 'broken', 'not', /is not YAML inside/],
    ['a value in clear in a plain file', 'values', 'clear', /stands there in clear/],
    ['a plain file without a variable', 'values', undefined, /not encrypted .* as a whole/],
  ])('%s', async (_what, name, key, reason) => {
    const ref = { path: fixture(name), ...(key !== undefined && { key }) };
    const read = await readVaultFile(ref, knows);
    expect(read).toMatchObject({ kind: 'unusable', reason: expect.stringMatching(reason) });
    expect(JSON.stringify(read)).not.toMatch(/Hunter2|sesame/);
  });

  test('a wrong password', async () => {
    const wrong = async (): Promise<Secret> => WRONG;
    expect(await readVaultFile({ path: fixture('whole'), key: 'number' }, wrong)).toMatchObject({
      reason: 'does not open with the vault password',
    });
  });

  test.each<[what: string, change: (text: string) => string, reason: string]>([
    [
      'another format',
      (text) => text.replace(';1.1;', ';1.3;'),
      'is of a vault format that is not read here',
    ],
    [
      'the cipher of old',
      (text) => text.replace('AES256', 'AES'),
      'is of a vault format that is not read here',
    ],
    ['a missing end', (text) => text.slice(0, -40), 'is damaged: it is not a whole vault text'],
    [
      'a missing middle',
      (text) => text.replace(/(?<=\n.*\n.*\n.*\n).*\n/, ''),
      'is damaged: it is not a whole vault text',
    ],
    [
      'a foreign character',
      (text) => text.replace(/[0-9a-f]\s*$/, 'x'),
      'is damaged: it is not a whole vault text',
    ],
    [
      'a header alone',
      (text) => text.split('\n')[0] ?? '',
      'is damaged: it is not a whole vault text',
    ],
  ])('%s, before anybody is asked for a password', async (_what, change, reason) => {
    const path = written(change(readFileSync(fixture('whole'), 'utf8')));
    expect(await readVaultFile({ path, key: 'number' }, nobody)).toMatchObject({ reason });
  });

  test('a text that was altered is told from a wrong password', async () => {
    const sealed = readSealed(readFileSync(fixture('whole'), 'utf8'));
    if ('kind' in sealed) throw new Error(sealed.reason);
    const cipher = Buffer.from(sealed.cipher);
    cipher[20] = (cipher[20] ?? 0) ^ 1;
    for (const altered of [
      { ...sealed, cipher },
      { ...sealed, mac: Buffer.alloc(32) },
    ]) {
      expect(await openSealed(altered, RIGHT)).toMatchObject({
        reason: 'was altered after it was encrypted',
      });
      expect(await openSealed(altered, WRONG)).toMatchObject({
        reason: 'does not open with the vault password',
      });
    }
  });

  test('whichever bit is altered, nothing of it is used', async () => {
    const sealed = readSealed(readFileSync(fixture('text'), 'utf8'));
    if ('kind' in sealed) throw new Error(sealed.reason);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('salt', 'mac', 'cipher'),
        fc.nat(),
        fc.nat(7),
        async (part, at, bit) => {
          const bytes = Buffer.from(sealed[part]);
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
          const opened = await openSealed({ ...sealed, [part]: bytes }, RIGHT);
          expect(opened.kind).toBe('unusable');
        },
      ),
      { numRuns: 50 },
    );
  });
});

test('no text makes the reader fail in another way than by saying so', () => {
  const pieces = fc.constantFrom(
    '$ANSIBLE_VAULT',
    ';1.1',
    ';AES256',
    '\n',
    '61',
    '0a',
    'x',
    ' ',
    'é',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (words) => {
      const read = readSealed(words.join(''));
      expect('salt' in read || read.kind === 'unusable').toBe(true);
    }),
  );
});

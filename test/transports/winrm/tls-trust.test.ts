import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tlsProblem, trusted } from '../../../src/transports/winrm/tls-trust.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('a "ca" file that is not there is told by its name', async () => {
  await expect(trusted('/no/such/ca.pem')).rejects.toMatchObject({
    stage: 'tls',
    code: 'ENOENT',
    message: expect.stringContaining('/no/such/ca.pem') as string,
  });
});

test('a "ca" file without a certificate is refused instead of trusted to be there', async () => {
  const file = join(temporaryFolder(), 'ca.pem');
  writeFileSync(file, 'not a certificate');
  await expect(trusted(file)).rejects.toMatchObject({ stage: 'tls', code: 'BAD_CA_FILE' });
});

test('a hundred hosts share one context', () => {
  expect(trusted(undefined)).toBe(trusted(undefined));
});

test('a handshake without a certificate says what to look at', () => {
  const error = Object.assign(new Error('wrong version number'), { code: 'EPROTO' });
  expect(tlsProblem(error, undefined)).toMatchObject({
    stage: 'tls',
    code: 'EPROTO',
    message: expect.stringContaining('5986 is HTTPS and 5985 is not') as string,
  });
});

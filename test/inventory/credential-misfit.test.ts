import { expect, test } from 'vitest';
import { misfitOf } from '../../src/inventory/credential-misfit.ts';
import { parse } from './inventory.ts';

const { credentials } = parse(`
credentials:
  password: { user: u, password: env:PW }
  helper: exec:get-logon
  ticket: { kerberos: cache }
  key: { user: u, key: agent }
  certificate: { certificate: c.pem, key: file:c.key }
hosts: [x]`);

test.each<[string, 'winrm' | 'ssh' | 'local', object, RegExp]>([
  ['password', 'winrm', {}, /^it may be tried$/],
  ['helper', 'winrm', {}, /^it may be tried$/],
  ['ticket', 'winrm', {}, /^it may be tried$/],
  ['key', 'winrm', {}, /an SSH key, which WinRM does not take/],
  ['certificate', 'winrm', { tls: 'always' }, /^it may be tried$/],
  ['certificate', 'winrm', {}, /^it may be tried$/],
  ['certificate', 'winrm', { tls: 'never' }, /needs HTTPS: set winrm\.tls to always/],
  ['password', 'winrm', { auth: ['basic'] }, /^it may be tried$/],
  ['password', 'winrm', { auth: ['basic', 'negotiate'], tls: 'never' }, /^it may be tried$/],
  ['password', 'winrm', { auth: ['basic'], tls: 'never' }, /basic, which needs HTTPS/],
  ['ticket', 'winrm', { auth: ['basic'] }, /which basic cannot use/],
  ['certificate', 'winrm', { auth: ['basic'] }, /^it may be tried$/],
  ['password', 'ssh', {}, /^it may be tried$/],
  ['helper', 'ssh', {}, /^it may be tried$/],
  ['ticket', 'ssh', {}, /a Kerberos ticket, which is not used over SSH/],
  ['key', 'ssh', {}, /^it may be tried$/],
  ['certificate', 'ssh', {}, /a client certificate, which SSH does not take/],
  ['key', 'local', {}, /^it may be tried$/],
])('%s over %s %j', (name, transport, winrm, reason) => {
  const spec = credentials.get(name);
  if (spec === undefined) throw new Error(`${name} is not there`);
  expect(misfitOf(spec, transport, winrm) ?? 'it may be tried').toMatch(reason);
});

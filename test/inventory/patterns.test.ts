import { describe, expect, test } from 'vitest';
import { selectHosts } from '../../src/inventory/patterns.ts';
import { failure, ids, parse } from './inventory.ts';

const { hosts } = parse(`
client: acme
sites: { milano: , torino: }
groups:
  web: { site: milano, tags: [pos, public], hosts: [web1, web2, web10] }
  db: { site: torino, ring: pilot, type: server, hosts: [db1, { name: db2, tags: [pos] }] }
hosts: [lone, "fe80::1", "odd,name&!x", web1]
`);

const files: Readonly<Record<string, string>> = {
  'some.txt': '# failed yesterday\nDB1\nweb1*\n',
  'gone.txt': 'web1\nweb9\n',
  'empty.txt': '# none\n',
  'nested.txt': '@some.txt\n',
  '-': 'lone\n',
};
const read = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return text;
};
const select = (pattern: string): string => ids(selectHosts(hosts, pattern, read)).join(' ');

describe('a pattern selects', () => {
  test.each([
    ['all', 'lone fe80::1 odd,name&!x web1 web2 web10 db1 db2'],
    ['*', 'lone fe80::1 odd,name&!x web1 web2 web10 db1 db2'],
    ['web2', 'web2'],
    ['WEB2', 'web2'],
    ['web', 'web1 web2 web10'],
    ['web*', 'web1 web2 web10'],
    ['web?', 'web1 web2'],
    ['web[1:2]', 'web1 web2'],
    ['~^web1', 'web1 web10'],
    ['~(web|db)2', 'web2 db2'],
    ['~^w.{3,4}$', 'web1 web2 web10'],
    ['site:milano', 'web1 web2 web10'],
    ['site:*o', 'web1 web2 web10 db1 db2'],
    ['group:db', 'db1 db2'],
    ['tag:pos', 'web1 web2 web10 db2'],
    ['tag:public', 'web1 web2 web10'],
    ['client:acme', 'lone fe80::1 odd,name&!x web1 web2 web10 db1 db2'],
    ['ring:pilot', 'db1 db2'],
    ['type:server', 'db1 db2'],
    ['fe80::1', 'fe80::1'],
    ['odd,name&!x', 'odd,name&!x'],
    ['web1,db1', 'web1 db1'],
    [' web1 , db1 ', 'web1 db1'],
    ['db1,web1,db1', 'web1 db1'],
    ['tag:pos&site:torino', 'db2'],
    ['tag:pos,&site:torino', 'db2'],
    ['web,!web1', 'web2 web10'],
    ['!web1,web', 'web2 web10'],
    ['web&!web1,db1', 'web2 web10 db1'],
    ['web1,db,!tag:pos', 'db1'],
    ['!web,!db', 'lone fe80::1 odd,name&!x'],
    ['all,!~\\d$', 'lone odd,name&!x'],
    ['@some.txt', 'web1 web10 db1'],
    ['web,!@some.txt', 'web2'],
    ['-', 'lone'],
  ])('%s', (pattern, expected) => {
    expect(select(pattern)).toBe(expected);
  });
});

test('what is wrong with a list is told as the reader of files tells it', () => {
  expect(() => select('@none.txt')).toThrow('no such file');
});

describe('a part that fits nothing is an error, with what was probably meant', () => {
  test.each([
    ['site:milan', 'no host matches "site:milan"', 'did you mean site:milano?'],
    ['tag:pis', 'no host matches "tag:pis"', 'did you mean tag:pos?'],
    ['site:rome', 'no host matches "site:rome"', 'there are site:milano, site:torino'],
    ['unit:x', 'no host matches "unit:x"', 'no host has a unit'],
    ['sote:milano', 'no host matches "sote:milano"', 'did you mean "site:milano"?'],
    ['wbe2', 'no host matches "wbe2"', 'did you mean "web2"?'],
    ['all,!db9', 'no host matches "db9"', 'did you mean "db1"?'],
    ['web1&!web9', 'no host matches "web9"', 'did you mean "web1"?'],
    ['@gone.txt', 'gone.txt:2: no host matches "web9"', 'did you mean "web1"?'],
    ['@nested.txt', 'nested.txt:1: no host matches "@some.txt"', /patterns are all/],
    ['web1&db1', 'no host is left by "web1&db1"', /together they fit none/],
    ['web1,!web1', 'no host is left by "web1,!web1"', /together they fit none/],
    ['~^nothing$', 'no host matches "~^nothing$"', /patterns are all/],
  ])('%s', (pattern, message, hint) => {
    const error = failure(() => select(pattern));
    expect(error).toMatchObject({ code: 'inventory.no-match', exitCode: 2, message });
    expect(error.hint).toMatch(hint);
  });

  test.each([
    ['', 'is empty'],
    [' , ', 'is empty'],
    ['~(', 'is not a regular expression'],
    [`~${'a'.repeat(300)}`, 'is too long'],
    ['web[1:', 'a bracket without its partner'],
    ['@empty.txt', 'lists no hosts'],
  ])('%s is no pattern', (pattern, reason) => {
    expect(failure(() => select(pattern))).toMatchObject({
      code: 'inventory.bad-pattern',
      exitCode: 2,
      message: expect.stringContaining(reason),
    });
  });
});

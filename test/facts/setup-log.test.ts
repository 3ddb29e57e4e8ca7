import { expect, test } from 'vitest';
import type { Facts } from '../../src/facts/declared.ts';
import { examine } from '../../src/facts/examine.ts';
import { evidenceOf } from '../causes/cause-case.ts';

function setupOf(...texts: readonly string[]): Facts['setup'] {
  const setup = texts.map((text) => ({ time: '-2d', level: 'error', text }));
  const fails = [{ code: '0xC1900101', at: '-2d', title: 'Windows 11, version 23H2' }];
  const evidence = evidenceOf({ name: 'x', fails, patch: { logs: { setup } } });
  return examine(evidence, { lifecycle: [], builds: [] }).facts.setup;
}

test.each([
  ['0xC1900101 - 0x20017', 'safe-os', 'boot'],
  ['0xC1900101 - 0x30018', 'first-boot', 'sysprep'],
  ['0xC1900101 - 0x3000D', 'first-boot', 'migrate-data'],
  ['800704B8 - 0x3001A', 'first-boot', 'begin-first-boot'],
  ['0xC1900101 - 0x4001E', 'second-boot', 'pre-oobe'],
  ['0x80070070 - 0x50011', 'uninstall', ''],
  ['0x80070005 - 0x10002', 'downlevel', ''],
  ['0x80070005', '', ''],
])('%s: stopped in "%s" at "%s"', (text, phase, operation) => {
  expect(setupOf(text)).toMatchObject({ phase, operation });
});

test.each([
  ['<ProfileName>FindRollbackFailure</ProfileName>', 'FindRollbackFailure', 'rollback'],
  ['"ProfileName":"DiskSpaceBlockInDownLevel",', 'DiskSpaceBlockInDownLevel', 'space'],
  ['Matching Profile found: BitLockerHardblock - C30152E2', 'BitLockerHardblock', 'blocking'],
  [
    'Matching Profile found: AdvancedInstallerFailed - 77D3',
    'AdvancedInstallerFailed',
    'installer',
  ],
  ['<ProfileName>FindSPFatalError</ProfileName>', 'FindSPFatalError', 'other'],
])('%s', (text, diagnosed, about) => {
  expect(setupOf(text)).toMatchObject({ diagnosed, lines: [{ about, names: diagnosed }] });
});

test('names the object that could not be carried over', () => {
  const { lines } = setupOf(
    'Abandoning apply due to error for object: C:\\Users\\anna\\Cookies [x]',
    'Error 1392 while gathering object C:\\ProgramData\\x [CN]. Shell application requested abort!',
  );
  expect(lines.map(({ names }) => names)).toEqual([
    'C:\\ProgramData\\x [CN]',
    'C:\\Users\\anna\\Cookies [x]',
  ]);
});

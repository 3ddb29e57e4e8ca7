import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { collectorJeaCommand } from '../../src/cli/collector-jea.ts';
import { temporaryFolder } from '../support/folder.ts';

let written: string;
beforeEach(() => {
  written = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest: unknown[]) => {
    written += String(text);
    for (const done of rest) if (typeof done === 'function') (done as () => void)();
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const HELPDESK = String.raw`ACME\Helpdesk`;
const USUAL = { roleGroup: HELPDESK, name: 'patchwhy', force: false };

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted();
}

describe('patchwhy collector jea', () => {
  test('writes a folder that an administrator can use, and says what it wrote', async () => {
    const output = join(temporaryFolder(), 'new', 'folder');
    expect(await collectorJeaCommand({ ...USUAL, output })).toBe(0);
    const files = filesIn(output);
    expect(files).toEqual([
      'README.txt',
      'patchwhy.pssc',
      'patchwhy/RoleCapabilities/patchwhy.psrc',
      'patchwhy/patchwhy.psd1',
      'patchwhy/patchwhy.psm1',
      'register.ps1',
    ]);
    const told = written.trim().split('\n');
    expect(told.slice(0, -1).toSorted()).toEqual(files.map((path) => join(output, path)));
    expect(told.at(-1)).toMatch(/^Nothing has been run\..*register\.ps1.*"endpoint: patchwhy"/);
    expect(readFileSync(join(output, 'patchwhy.pssc'), 'utf8')).toContain(`'${HELPDESK}' =`);
  });

  test('touches nothing when one of its files is there, until it is told to', async () => {
    const output = temporaryFolder();
    const register = join(output, 'register.ps1');
    writeFileSync(register, 'mine');
    await expect(collectorJeaCommand({ ...USUAL, output })).rejects.toMatchObject({
      code: 'use.file',
      message: `${register}: is there already`,
      hint: expect.stringContaining('--force') as string,
    });
    expect(filesIn(output)).toEqual(['register.ps1']);
    await collectorJeaCommand({ ...USUAL, output, force: true });
    expect(filesIn(output)).toHaveLength(6);
    expect(readFileSync(register, 'utf8')).not.toBe('mine');
  });

  test('says which path it cannot write', async () => {
    const output = join(temporaryFolder(), 'file');
    writeFileSync(output, '');
    await expect(collectorJeaCommand({ ...USUAL, output })).rejects.toMatchObject({
      code: 'use.file',
      exitCode: 2,
    });
  });

  test.each([
    [undefined, 'nobody is named who may use the endpoint'],
    ['Helpdesk', String.raw`--role-group Helpdesk: no group that Windows finds`],
    [String.raw`.\Helpdesk`, String.raw`--role-group .\Helpdesk: no group that Windows finds`],
    [String.raw`LocalHost\x`, String.raw`--role-group LocalHost\x: no group that Windows finds`],
    [String.raw`ACME\*`, String.raw`--role-group ACME\*: no group that Windows finds`],
    ['ACME\\a\nb', expect.stringContaining('no group') as string],
    ['ACME\\', expect.stringContaining('no group') as string],
    [String.raw`A\B\C`, expect.stringContaining('no group') as string],
  ])('asks for a group that Windows finds, not %j', async (roleGroup, message) => {
    const output = temporaryFolder();
    await expect(collectorJeaCommand({ ...USUAL, output, roleGroup })).rejects.toMatchObject({
      code: 'use',
      message,
    });
    expect(filesIn(output)).toEqual([]);
  });

  test.each(['', '../x', 'a b', "x'", 'a/b', '9', 'a'.repeat(65)])(
    'refuses the name %j',
    async (name) => {
      const output = temporaryFolder();
      await expect(collectorJeaCommand({ ...USUAL, output, name })).rejects.toMatchObject({
        code: 'use',
      });
      expect(filesIn(output)).toEqual([]);
    },
  );
});

import { hash } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Node, Parser } from 'web-tree-sitter';
import { jeaCommand, jeaFiles } from '../../src/collect/jea.ts';
import { collectorScript } from '../../src/collect/script.ts';
import { powershellParser, syntaxErrors } from './parse-powershell.ts';

const HELPDESK = {
  name: 'patchwhy',
  roleGroup: String.raw`ACME\Helpdesk`,
  version: '1.2.3-beta.1',
};

let parser: Parser;
beforeAll(async () => {
  parser = await powershellParser();
});

function parse(text: string): Node {
  const tree = parser.parse(text);
  if (!tree) throw new Error('no tree');
  return tree.rootNode;
}

function file(path: string, endpoint = HELPDESK): string {
  const found = jeaFiles(endpoint).find((each) => each.path === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return found.text;
}

/** Names and values of a data file, as its text has them. */
function settings(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^ {2}(\w+) = (.+)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

const MODULE = 'patchwhy/patchwhy.psm1';

describe('the files of an endpoint', () => {
  test('are these, and none has a place left to fill in', () => {
    const files = jeaFiles({ ...HELPDESK, name: 'helpdesk' });
    expect(files.map(({ path }) => path)).toEqual([
      'README.txt',
      'helpdesk.pssc',
      'register.ps1',
      'patchwhy/patchwhy.psd1',
      MODULE,
      'patchwhy/RoleCapabilities/patchwhy.psrc',
    ]);
    for (const { text } of files) {
      expect(text).not.toMatch(/@[A-Z_]{2,}@|undefined/);
      expect(text).toMatch(/^[\n -~]*\n$/);
    }
  });

  test('are PowerShell as far as the grammar knows it', () => {
    const scripts = jeaFiles(HELPDESK).filter(({ path }) => !path.endsWith('.txt'));
    expect(scripts).toHaveLength(5);
    expect(
      scripts.flatMap(({ path, text }) => syntaxErrors(parse(text)).map((error) => [path, error])),
    ).toEqual([]);
  });

  test('let the role call one function and nothing else', () => {
    expect(settings(file('patchwhy/RoleCapabilities/patchwhy.psrc'))).toMatchObject({
      ModulesToImport: "@('patchwhy')",
      VisibleFunctions: "@('Get-PatchEvidence')",
    });
    expect(file('patchwhy/RoleCapabilities/patchwhy.psrc')).not.toMatch(
      /Visible(?!Functions)|Scripts|FunctionDefinitions|\*/,
    );
    expect(settings(file('patchwhy/patchwhy.psd1'))).toMatchObject({
      RootModule: "'patchwhy.psm1'",
      ModuleVersion: "'1.2.3'",
      FunctionsToExport: "@('Get-PatchEvidence')",
      CmdletsToExport: '@()',
      VariablesToExport: '@()',
      AliasesToExport: '@()',
    });
    expect(file(MODULE)).toMatch(/Export-ModuleMember -Function Get-PatchEvidence\n$/);
  });

  test('let in the group, into a session without language, as a virtual account', () => {
    expect(settings(file('patchwhy.pssc'))).toMatchObject({
      SessionType: "'RestrictedRemoteServer'",
      LanguageMode: "'NoLanguage'",
      RunAsVirtualAccount: '$true',
    });
    expect(file('patchwhy.pssc')).toContain(
      String.raw`'ACME\Helpdesk' = @{ RoleCapabilities = @('patchwhy') }`,
    );
  });

  test('take the name where an administrator types it', () => {
    const endpoint = { ...HELPDESK, name: 'help-desk.2' };
    expect(file('register.ps1', endpoint)).toContain("-Name 'help-desk.2' -Path $file");
    expect(file('README.txt', endpoint)).toContain('-Name help-desk.2 -Path .\\help-desk.2.pssc');
  });
});

describe('the name of a group', () => {
  /** What the grammar takes for the first literal in the role definitions. */
  function keyOf(roleGroup: string): string {
    const text = file('patchwhy.pssc', { ...HELPDESK, roleGroup });
    expect(syntaxErrors(parse(text))).toEqual([]);
    const [, key = ''] = /RoleDefinitions = @\{\n {4}'(.*)' = @\{ Role/.exec(text) ?? [];
    return key;
  }

  test.each([
    ["ACME\\Help'desk", "ACME\\Help''desk"],
    ["A\\'; Remove-Item x; '", "A\\''; Remove-Item x; ''"],
    ['A\\O\u2019Neill', 'A\\O\u2019\u2019Neill'],
    ['A\\$(x) `n $&', 'A\\$(x) `n $&'],
  ])('%j stays a text between quotes', (roleGroup, key) => {
    expect(keyOf(roleGroup)).toBe(key);
  });

  test('never ends the quotes, whatever is in it', () => {
    const unit = fc.constantFrom(
      "'",
      '\u2018',
      '\u2019',
      '\u201a',
      '\u201b',
      ';',
      '\\',
      '$',
      '@NAME@',
      'a',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (parts) => {
        const roleGroup = parts.join('');
        const text = file('patchwhy.pssc', { ...HELPDESK, roleGroup });
        const [, key = ''] = /RoleDefinitions = @\{\n {4}'(.*)' = @\{ Role/.exec(text) ?? [];
        expect(key.replace(/(['\u2018-\u201b])\1/g, '$1')).toBe(roleGroup);
        expect(key.replace(/(['\u2018-\u201b])\1/g, '')).not.toMatch(/['\u2018-\u201b]/);
      }),
    );
  });

  test('that is no ASCII marks the file as UTF-8, or Windows PowerShell would misread it', () => {
    expect(file('patchwhy.pssc', { ...HELPDESK, roleGroup: 'ACME\\Büro' })).toMatch(/^\uFEFF@\{/);
    expect(file('patchwhy.pssc')).toMatch(/^@\{/);
  });
});

describe('the function', () => {
  test('is the collector, line for line, but for how it begins and ends', () => {
    const own = new Set(file(MODULE).split('\n'));
    const missing = collectorScript('anynonce')
      .split('\n')
      .filter((line) => !own.has(line));
    expect(missing).toEqual([
      '# patchwhy-collector: evidence/1 nonce=anynonce begin=PATCHWHY-BEGIN_{nonce}_{bytes} end=PATCHWHY-END_{nonce}',
      "$nonce = 'anynonce'",
      '  exit 0',
      'exit 0',
    ]);
    expect(file(MODULE)).not.toContain('anynonce');
  });

  test('ends no session', () => {
    const words = parse(file(MODULE)).descendantsOfType('flow_control_statement');
    expect(words.map((node) => node?.text.split(/\s/)[0])).toContain('return');
    expect(words.filter((node) => /^exit\b/i.test(node?.text ?? ''))).toEqual([]);
  });

  test('sets neither of its parameters, which would be checked again', () => {
    expect(file(MODULE)).not.toMatch(/\$(?:nonce|sha256)\s*[-+]?=/i);
  });

  test('means by Select-Object the real one, and uses nothing else that a restricted session has of its own', () => {
    const calls = parse(file(MODULE))
      .descendantsOfType('command_name')
      .map((node) => node?.text);
    expect(file(MODULE)).toContain(
      String.raw`Set-Alias -Name Select-Object -Value Microsoft.PowerShell.Utility\Select-Object`,
    );
    for (const proxy of 'Clear-Host Exit-PSSession Get-Command Get-FormatData Get-Help Measure-Object Out-Default'.split(
      ' ',
    ))
      expect(calls).not.toContain(proxy);
  });
});

describe('the command it is called by', () => {
  test('bears the nonce, and the hash that the module has of its own collector', () => {
    const { name, parameters } = jeaCommand('ab12cd34');
    expect(name).toBe('Get-PatchEvidence');
    expect(parameters).toEqual({
      Nonce: 'ab12cd34',
      Sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(file(MODULE)).toContain(`$Sha256 -ne '${parameters['Sha256']}'`);
    expect(parameters['Sha256']).toBe(hash('sha256', collectorScript('anynonce')));
  });

  test('passes what the function lets pass', () => {
    const patterns = [...file(MODULE).matchAll(/ValidatePattern\('\\A(.*)\\z'\)/g)].map(
      ([, pattern = '']) => new RegExp(`^${pattern}$`),
    );
    const { parameters } = jeaCommand('ab12cd34');
    const values = Object.values(parameters);
    expect(patterns.map((pattern, index) => pattern.test(values[index] ?? ''))).toEqual([
      true,
      true,
    ]);
  });
});

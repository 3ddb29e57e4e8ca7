import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Node, Parser } from 'web-tree-sitter';
import { collectorScript } from '../../src/collect/script.ts';
import { powershellParser, syntaxErrors } from './parse-powershell.ts';

const FOLDER = new URL('../../collector/', import.meta.url);
const FILES = [
  'prelude.ps1',
  'epilogue.ps1',
  ...readdirSync(new URL('sections/', FOLDER)).map((name) => `sections/${name}`),
];
const NONCE = 'ab12cd34ef56';
const script = collectorScript(NONCE);

/** Every cmdlet the script may call, with its module in Windows PowerShell 5.1. All of them only read. */
const CMDLETS: Readonly<Record<string, string>> = {
  'ForEach-Object': 'Microsoft.PowerShell.Core',
  'Where-Object': 'Microsoft.PowerShell.Core',
  'New-Object': 'Microsoft.PowerShell.Utility',
  'Select-Object': 'Microsoft.PowerShell.Utility',
  'Sort-Object': 'Microsoft.PowerShell.Utility',
  'Get-ChildItem': 'Microsoft.PowerShell.Management',
  'Get-Content': 'Microsoft.PowerShell.Management',
  'Get-Item': 'Microsoft.PowerShell.Management',
  'Get-ItemProperty': 'Microsoft.PowerShell.Management',
  'Get-CimInstance': 'CimCmdlets',
  'Invoke-CimMethod': 'CimCmdlets',
  'Get-WinEvent': 'Microsoft.PowerShell.Diagnostics',
  'Get-ScheduledTask': 'ScheduledTasks',
  'Get-ScheduledTaskInfo': 'ScheduledTasks',
};
const PROGRAMS = ['wevtutil.exe', 'fltmc.exe'];

/** Every method it may call. None changes anything outside of the script itself. */
const METHODS = new Set(
  `AddDays AddSeconds BeginConnect BeginGetHostAddresses Close ContainsKey Create CreateUpdateSearcher EndConnect
  EndGetHostAddresses EndsWith FromFileTimeUtc GetResponse GetTotalHistoryCount Kill Min OpenExisting QueryHistory ReadByte ReadToEnd
  Replace Reverse Seek Start Substring ToCharArray ToLowerInvariant ToString ToUniversalTime ToUpperInvariant ToXml Trim TrimEnd
  WaitForExit WaitOne`.split(/\s+/),
);

/** Types that about_Language_Modes lets a constrained session use; all others need full language. */
const CORE_TYPES = new Set(
  'array bool char datetime hashtable int long ordered scriptblock string uri version xml'.split(
    ' ',
  ),
);

/** PowerShell gives these a meaning of their own; setting them breaks the script in one mode or another. */
const AUTOMATIC =
  /^(args|error|event|foreach|home|host|input|islinux|iswindows|lastexitcode|matches|myinvocation|pid|profile|pscmdlet|pwd|sender|shellid|switch|this)$/i;

let parser: Parser;
beforeAll(async () => {
  parser = await powershellParser();
});

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

function parse(text: string): Node {
  const tree = parser.parse(text);
  if (!tree) throw new Error('no tree');
  return tree.rootNode;
}

function all(root: Node, type: string): Node[] {
  return root.descendantsOfType(type).filter((node) => node !== null);
}

function namesOf(root: Node): string[] {
  return all(root, 'command_name').map((node) => node.text);
}

describe('the collector script', () => {
  test('is plain ASCII with one kind of line end, in lines that fit a screen and a size that fits any envelope', () => {
    expect(script).toMatch(/^[\n -~]*$/);
    // An envelope of 2008 R2 holds 150 kB; half of it is left to the rest.
    expect(script.length).toBeLessThan(76_000);
    expect(script.split('\n').filter((line) => line.length > 210)).toEqual([]);
  });

  test('opens by saying what it is, and with the marker', () => {
    const lines = script.split('\n');
    expect(lines[0]).toMatch(/^# patchwhy collector: /);
    expect(lines.slice(0, 5).join(' ')).toContain('changes nothing');
    expect(lines.filter((line) => line.includes('patchwhy-collector:'))).toEqual([
      `# patchwhy-collector: evidence/1 nonce=${NONCE} begin=PATCHWHY-BEGIN_{nonce}_{bytes} end=PATCHWHY-END_{nonce}`,
    ]);
  });

  test('silences progress before anything else', () => {
    const first = script.split('\n').find((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe("$ProgressPreference = 'SilentlyContinue'");
  });

  test('depends on the nonce in its first lines only', () => {
    const other = collectorScript('000000000000');
    const head = script.indexOf('$startedAt');
    expect(other.slice(head)).toBe(script.slice(head));
    expect(script.slice(head)).not.toContain(NONCE);
    expect(script).not.toContain('@NONCE@');
  });

  test.each(['', 'short', "x'; exit #", 'a'.repeat(33)])('refuses the nonce %j', (nonce) => {
    expect(() => collectorScript(nonce)).toThrow(TypeError);
  });

  test('holds every section file once, in order', () => {
    const at = FILES.slice(2)
      .toSorted()
      .map((name) => script.indexOf(read(name).trim()));
    expect(at.every((place) => place > 0)).toBe(true);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
  });

  test('has no syntax that the grammar refuses', () => {
    expect(syntaxErrors(parse(script))).toEqual([]);
  });

  test('is refused by the grammar when a brace is lost', () => {
    expect(syntaxErrors(parse(script.replace('try {', 'try')))).not.toEqual([]);
  });
});

describe('nothing in the script changes the host', () => {
  test('it calls known readers and its own functions, by their full names', () => {
    const root = parse(script);
    const own = all(root, 'function_name').map((node) => node.text);
    const known = new Set([...Object.keys(CMDLETS), ...PROGRAMS, ...own]);
    const called = [...new Set(namesOf(root))].filter((name) => !name.startsWith('$'));
    expect(called.filter((name) => !known.has(name))).toEqual([]);
    expect(Object.keys(CMDLETS).filter((name) => !called.includes(name))).toEqual([]);
  });

  test('it calls known methods', () => {
    const called = [...script.matchAll(/(?:\.|::)(\w+)\(/g)].map(([, name = '']) => name);
    expect([...new Set(called)].filter((name) => !METHODS.has(name))).toEqual([]);
  });

  test('its one CIM method asks, and its COM objects are for reading', () => {
    expect([...script.matchAll(/-MethodName (\w+)/g)].map(([, name]) => name)).toEqual([
      'DetermineIfRebootPending',
    ]);
    const objects = [...script.matchAll(/-ComObject ([\w.]+)/g)].map(([, name]) => name);
    expect(new Set(objects)).toEqual(
      new Set(['Microsoft.Update.AutoUpdate', 'Microsoft.Update.Session']),
    );
  });

  test('the one program it starts by itself is DISM, to read a flag', () => {
    expect(script.match(/ProcessStartInfo/g)).toHaveLength(1);
    expect(script).toMatch(
      /\$path = "\$env:SystemRoot\\System32\\dism\.exe"\n.*\n.*ProcessStartInfo \$path\n/,
    );
    expect([...script.matchAll(/Read-DismText '([^']*)'/g)].map(([, words]) => words)).toEqual([
      '/online /english /loglevel:1 /cleanup-image /checkhealth',
    ]);
  });

  test('it opens files for reading only, and redirects nothing but to nowhere', () => {
    expect([...script.matchAll(/FileStream [^\n]*/g)].map(([line]) => line)).toEqual([
      "FileStream $path, 'Open', 'Read', 'ReadWrite, Delete'",
    ]);
    const targets = all(parse(script), 'redirection').map((node) => node.text.replaceAll(' ', ''));
    expect(targets.filter((text) => text !== '2>$null')).toEqual([]);
  });

  test.each([
    'Win32_Product\\b',
    'Add-Type',
    'ExecutionPolicy',
    'Invoke-Expression',
    'Invoke-WebRequest',
    'Get-WindowsUpdateLog',
    'Get-HotFix',
    'FromBase64String',
    'Reflection',
  ])('it never says %s', (word) => {
    expect(script).not.toMatch(new RegExp(word, 'i'));
  });
});

describe('each section file', () => {
  test.each(FILES)('%s parses by itself', (name) => {
    expect(syntaxErrors(parse(read(name)))).toEqual([]);
  });

  test.each(FILES.slice(2))(
    '%s reads the host only inside functions and guarded sections',
    (name) => {
      const guarded = (node: Node): boolean => {
        for (let up = node.parent; up; up = up.parent) {
          if (up.type === 'function_statement') return true;
          if (up.type === 'command' && up.text.startsWith('Invoke-Section ')) return true;
        }
        return false;
      };
      const free = all(parse(read(name)), 'command')
        .filter((node) => !guarded(node))
        .map((node) => node.text.split(/[\s{]/)[0]);
      const harmless = new Set([
        'Invoke-Section',
        'ForEach-Object',
        'Select-Object',
        'Where-Object',
      ]);
      expect(free.filter((command) => command !== undefined && !harmless.has(command))).toEqual([]);
    },
  );

  test.each(FILES)(
    '%s keeps types and COM that a constrained session refuses behind a guard',
    (name) => {
      const text = read(name);
      const types = [...text.matchAll(/\[([A-Za-z][\w.]*)\](?=[:$(\s]|$)/g)].map(
        ([, type = '']) => type,
      );
      const barred = types.filter((type) => !CORE_TYPES.has(type));
      const needsFull = barred.length > 0 || /New-Object|\.ToXml\(/.test(text);
      expect(
        needsFull && !/Assert-FullLanguage|\$isFull/.test(text) ? [name, ...barred] : [],
      ).toEqual([]);
    },
  );

  test.each(FILES)('%s sets no automatic variable', (name) => {
    const set = [...read(name).matchAll(/\$(\w+)\s*(?:\+?=[^=]|in\b)/g)].map(
      ([, variable = '']) => variable,
    );
    expect(set.filter((variable) => AUTOMATIC.test(variable))).toEqual([]);
  });

  test.each(FILES.slice(2))(
    '%s does not read the variables of Invoke-Section, which its blocks would see',
    (name) => {
      expect(read(name)).not.toMatch(/\$section(Name|Body)\b/i);
    },
  );

  // A missing section is $null, and a pipe hands on one $null where foreach does nothing.
  test.each(FILES)('%s does not pipe a section that may be missing', (name) => {
    expect(read(name)).not.toMatch(/\$evidence\['\w+'\]\)? *\|/);
  });

  // In 5.1 a constrained session may index an ordered table and not call its methods.
  test.each(FILES)('%s calls no method that an ordered table has', (name) => {
    expect(read(name)).not.toMatch(/\.(Contains|Remove|Add|Insert|Clear)\(/);
  });

  test.each(FILES)(
    '%s compares text of the host with regard to case where the culture could matter',
    (name) => {
      // -match folds case, and the Kelvin sign is then an ASCII letter: ranges that decide about bytes must be exact.
      expect(read(name)).not.toMatch(/-i?(?:not)?match '\[\^ ?-~\]/);
    },
  );
});

describe('what the sections promise', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../schemas/evidence.schema.json', import.meta.url), 'utf8'),
  ) as { $defs: { collected: { properties: Record<string, unknown> } } };
  const properties = new Set(Object.keys(schema.$defs.collected.properties));

  test('every section and every error has a name of the contract', () => {
    const asked = [...script.matchAll(/Invoke-Section ['"]([\w]+)/g)].map(([, name = '']) => name);
    const filled = [...script.matchAll(/\$evidence\['(\w+)'\] =/g)].map(([, name = '']) => name);
    expect([...asked, ...filled].filter((name) => !properties.has(name))).toEqual([]);
  });

  test('every section that is filled is printed', () => {
    const filled = new Set(
      [...script.matchAll(/\$evidence\['(\w+)'\] =/g)].map(([, name = '']) => name),
    );
    const loop = /foreach \(\$section in ([^)]*)\)/.exec(read('epilogue.ps1'))?.[1] ?? '';
    const printed = new Set([...loop.matchAll(/'(\w+)'/g)].map(([, name = '']) => name));
    expect(printed).toEqual(filled);
  });

  test('all lists together stay below 350 kB', () => {
    const limits = [...script.matchAll(/Limit-List '[\w.]+' \S+ (\d+)\)/g)].map(([, bytes]) =>
      Number(bytes),
    );
    expect(limits.length).toBe([...script.matchAll(/Limit-List '/g)].length);
    expect(limits.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(350_000);
  });

  test('no event query has more terms than the log service takes', () => {
    const questions = [...script.matchAll(/ask = ['"](.+?)['"] *[;}]/g)].map(([, ask = '']) => ask);
    expect(questions.length).toBeGreaterThan(15);
    const terms = (ask: string): number =>
      ask.split('; ').reduce((sum, choice) => {
        const [providers = '', ids = ''] = choice.split(': ');
        const ranges = ids
          .split(' ')
          .map((id) => 1 + Number(id.includes('-')) + Number(id.endsWith('!')));
        return sum + providers.split('|').length + ranges.reduce((a, b) => a + b, 0);
      }, 1);
    expect(questions.filter((ask) => terms(ask) > 21)).toEqual([]);
  });
});

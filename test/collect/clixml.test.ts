import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readClixml } from '../../src/collect/clixml.ts';

const recorded = (name: string): Buffer =>
  readFileSync(new URL(`../fixtures/clixml/${name}`, import.meta.url));

function stderrOf(...lines: string[]): Buffer {
  const errors = lines.map((line) => `<S S="Error">${line}_x000D__x000A_</S>`).join('');
  return Buffer.from(
    `#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj S="progress" RefId="0"></Obj>${errors}</Objs>`,
  );
}

describe('stderr of PowerShell', () => {
  test('recorded with an error gives the error in one line', () => {
    const { text, trouble } = readClixml(recorded('with-error.xml'));
    expect(text).toMatch(/^fake : The term 'fake' is not recognized .* CommandNotFoundException$/);
    expect(trouble).toBe('other');
  });

  test('recorded with progress only says nothing', () => {
    expect(readClixml(recorded('no-errors.xml'))).toEqual({ text: '', trouble: undefined });
  });

  test('has its escapes undone: units, pairs of units, and a plain underscore', () => {
    expect(
      readClixml(stderrOf('_x00FC_ber _xD83D__xDE00_ _x005F_x0041_ &lt;a&amp;b&gt; &#xE9;')).text,
    ).toBe('über 😀 _x0041_ <a&b> é');
  });

  test('may hold several documents, plain text between them, and a torn one', () => {
    const bytes = Buffer.concat([
      Buffer.from('\uFEFF'),
      stderrOf('one'),
      Buffer.from('\r\nwevtutil: kaputt\r\n'),
      stderrOf('two'),
      Buffer.from('#< CLIXML\r\n<Objs><S S="Error">thr'),
    ]);
    expect(readClixml(bytes).text).toBe('one two wevtutil: kaputt');
  });

  test('never makes the reader fail, nor keeps a flood', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readClixml(bytes).text.length).toBeLessThanOrEqual(300);
      }),
    );
    expect(readClixml(Buffer.alloc(5_000_000, '<Objs ')).text.length).toBeLessThan(70_000);
  });
});

describe('trouble is told by ids and exit codes, never by words', () => {
  test.each<[string, Buffer, number | undefined, string | undefined]>([
    [
      'antivirus, the id broken by the width of the console',
      stderrOf(
        'Dieses Skript enth_x00E4_lt sch_x00E4_dlichen Inhalt.',
        '    + FullyQualifiedErrorId : ScriptContained',
        'MaliciousContent',
      ),
      1,
      'blocked',
    ],
    [
      'constrained language',
      stderrOf('    + FullyQualifiedErrorId : MethodInvocationNotSupportedInConstrainedLanguage'),
      1,
      'constrained-language',
    ],
    [
      'memory',
      stderrOf('    + FullyQualifiedErrorId : System.OutOfMemoryException'),
      1,
      'out-of-memory',
    ],
    [
      'a script that this version cannot read',
      stderrOf(
        '    + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException',
        '    + FullyQualifiedErrorId : UnexpectedToken',
      ),
      1,
      'not-parsed',
    ],
    [
      'no PowerShell',
      Buffer.from('Der Befehl "powershell.exe" ist entweder falsch geschrieben'),
      9009,
      'no-powershell',
    ],
    [
      'a policy',
      Buffer.from('このプログラムは、グループ ポリシーによってブロックされています。'),
      1260,
      'policy',
    ],
    ['a program that cmd.exe could not start', Buffer.from('malicious content'), 1, 'not-started'],
    ['anything else that PowerShell says', stderrOf('kaputt'), 1, 'other'],
    [
      'anything else, in plain text',
      Buffer.from('kaputt\r\n    + FullyQualifiedErrorId : Kaputt'),
      1,
      'other',
    ],
    ['plain text and another exit code', Buffer.from('kaputt'), 3, 'other'],
    ['silence', Buffer.alloc(0), 1, undefined],
  ])('%s', (_, bytes, exitCode, trouble) => {
    expect(readClixml(bytes, exitCode).trouble).toBe(trouble);
  });
});

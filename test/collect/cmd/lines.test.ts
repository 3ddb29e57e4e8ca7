import { describe, expect, test } from 'vitest';
import { cmdLines } from '../../../src/collect/cmd/collect.ts';
import { AnswerReader, composeLines } from '../../../src/collect/cmd/lines.ts';

const NONCE = '0123456789abcdef';

describe('the command lines of a run', () => {
  const lines = cmdLines(NONCE);

  test('are few, and short enough for cmd.exe', () => {
    expect(lines.length).toBeLessThanOrEqual(3);
    for (const { text } of lines) expect(text.length).toBeLessThan(8000);
  });

  test('are ASCII and hold nothing that a shell around them would take for its own', () => {
    for (const { text } of lines) {
      expect(text).toMatch(/^[ -~]+$/);
      const inner = text.slice(text.indexOf('"') + 1, -1);
      // Outside of quotes here is inside of them for the shell around it, and the other way round.
      const quoted = inner.split('"').filter((_, at) => at % 2 === 1);
      for (const part of quoted) expect(part).not.toMatch(/[&|<>^!]/);
      expect(inner).not.toMatch(/[|<>^]/);
      expect(inner.replaceAll('!errorlevel!', '')).not.toContain('!');
      expect(inner.split('"').length % 2).toBe(1);
    }
  });

  test('only read', () => {
    const programs = new Set(
      lines.flatMap(({ text }) =>
        text
          .slice(text.indexOf('"') + 1, -1)
          .split(' & ')
          .map((command) =>
            command
              .replace(/ ".*| [A-Z%_0-9].*| HK.*/, '')
              .split(' ')
              .slice(0, 2)
              .join(' '),
          ),
      ),
    );
    expect([...programs].toSorted()).toEqual([
      'chcp.com',
      'dir /b',
      'dism.exe /online',
      'echo',
      'fsutil.exe volume',
      'reg.exe query',
      'sc.exe qc',
      'sc.exe queryex',
      'tasklist.exe /fo',
      'wevtutil.exe gl',
      'wevtutil.exe qe',
    ]);
  });

  test('divide a long list and number the commands through', () => {
    const commands = Array.from({ length: 100 }, (_, at) => `echo ${'x'.repeat(150)}${at}`);
    const composed = composeLines(commands, NONCE);
    expect(composed.map(({ from }) => from).slice(1)).toEqual(
      composed.map(({ to }) => to).slice(0, -1),
    );
    expect(composed.at(-1)?.to).toBe(101);
    for (const { text } of composed) expect(text.length).toBeLessThanOrEqual(8000);
  });

  test('need a word that marks them', () => {
    expect(() => composeLines([], 'a & b')).toThrow(TypeError);
  });
});

describe('what a line prints', () => {
  const line = { text: '', from: 0, to: 4 };
  const mark = (number: number, exitCode: number): string =>
    `PATCHWHY_${NONCE}_${number}_${exitCode}_ \r\n`;

  function answersTo(output: string, step = output.length): unknown[] {
    const reader = new AnswerReader(NONCE);
    const reading = reader.readLine(line);
    for (let at = 0; at < output.length; at += step)
      reading.push(Buffer.from(output.slice(at, at + step)));
    reading.end();
    return reader
      .answers(3, 'did not come')
      .map((answer) => ('text' in answer ? [answer.text.trim(), answer.exitCode] : answer.why));
  }

  const WHOLE = `Active code page: 437\r\n${mark(0, 0)}one\r\n${mark(1, 0)}two${mark(2, -5)}${mark(3, 1060)}`;

  test('is divided at the marks, whatever pieces it comes in', () => {
    const wanted = [
      ['one', 0],
      ['two', -5],
      ['', 1060],
    ];
    for (const step of [1, 2, 7, 1000]) expect(answersTo(WHOLE, step)).toEqual(wanted);
  });

  test('has no answer where its mark is missing, cut or out of order', () => {
    const cut = WHOLE.slice(0, WHOLE.indexOf('_2_-5') + 3);
    expect(answersTo(cut)).toEqual([['one', 0], 'did not come', 'did not come']);
    // Of a command that belongs to the next line.
    const reader = new AnswerReader(NONCE);
    const reading = reader.readLine({ text: '', from: 0, to: 2 });
    reading.push(Buffer.from(WHOLE));
    reading.end();
    expect(reader.answers(3, 'no').map((answer) => 'text' in answer)).toEqual([true, false, false]);
    expect(answersTo(`${mark(0, 0)}${mark(3, 0)}one${mark(1, 0)}`)).toEqual([
      [`${mark(3, 0)}one`, 0],
      'did not come',
      'did not come',
    ]);
  });
});

import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Keyboard } from '../../src/credentials/ask-password.ts';
import { askPassword } from '../../src/credentials/ask-password.ts';

/** A keyboard that remembers how its mode was set. */
class FakeKeyboard extends PassThrough {
  isRaw = false;
  readonly modes: boolean[] = [];

  setRawMode(isRaw: boolean): this {
    this.modes.push(isRaw);
    this.isRaw = isRaw;
    return this;
  }
}

function terminal(): {
  keyboard: FakeKeyboard & Keyboard;
  shown: string[];
  ask: () => Promise<string>;
} {
  const keyboard = new FakeKeyboard();
  const shown: string[] = [];
  const ask = (): Promise<string> =>
    askPassword('Password: ', keyboard, { write: (text: string) => shown.push(text) });
  return { keyboard, shown, ask };
}

describe('what is typed becomes the password', () => {
  test.each([
    ['a line', ['secret\r'], 'secret'],
    ['a line feed', ['secret\n'], 'secret'],
    ['key by key', 'secret\r'.split(''), 'secret'],
    ['backspace', ['sex\u007Fcret\r'], 'secret'],
    ['backspace on a character of two units', ['a😀\u007Fb\r'], 'ab'],
    ['backspace on nothing', ['\u007F\ba\r'], 'a'],
    ['Ctrl-U', ['wrong\u0015right\r'], 'right'],
    ['arrows and function keys', ['a\u001B[D\u001B[1;5Cb\u001BOPc\u001B[15~d\r'], 'abcd'],
    ['other control characters', ['a\u0001\tb\r'], 'ab'],
    ['Ctrl-D in the middle', ['a\u0004b\r'], 'ab'],
    ['nothing', ['\r'], ''],
  ])('%s', async (_what, chunks, password) => {
    const { keyboard, ask } = terminal();
    const answer = ask();
    for (const chunk of chunks) keyboard.write(chunk);
    expect(await answer).toBe(password);
  });

  test('a character that comes in two pieces', async () => {
    const { keyboard, ask } = terminal();
    const answer = ask();
    const bytes = Buffer.from('é\r');
    keyboard.write(bytes.subarray(0, 1));
    keyboard.write(bytes.subarray(1));
    expect(await answer).toBe('é');
  });

  test('what was typed ahead answers the next question', async () => {
    const { keyboard, ask } = terminal();
    const first = ask();
    keyboard.write('one\rtwo\r');
    expect(await first).toBe('one');
    expect(await ask()).toBe('two');
  });
});

describe('the terminal is given back as it was, and nothing typed is shown', () => {
  test.each<[string, (keyboard: FakeKeyboard) => void, object]>([
    ['after the answer', (keyboard) => keyboard.write('Hunter2\r'), {}],
    [
      'after Ctrl-C',
      (keyboard) => keyboard.write('Hunter2\u0003'),
      { code: 'credentials.interrupted', exitCode: 130 },
    ],
    [
      'after Ctrl-D on an empty line',
      (keyboard) => keyboard.write('\u0004'),
      { code: 'credentials.no-answer', exitCode: 6 },
    ],
    [
      'when the keyboard goes away',
      (keyboard) => keyboard.end('Hunter2'),
      { code: 'credentials.no-answer', exitCode: 6 },
    ],
    [
      'when it breaks',
      (keyboard) => keyboard.destroy(new Error('EIO')),
      { code: 'credentials.no-answer', exitCode: 6 },
    ],
  ])('%s', async (_when, act, failure) => {
    const { keyboard, shown, ask } = terminal();
    const ending = ask().then(
      () => ({}),
      (error: unknown) => error,
    );
    expect(keyboard.modes).toEqual([true]);
    act(keyboard);
    const error = await ending;
    expect(error).toMatchObject(failure);
    expect(keyboard.modes).toEqual([true, false]);
    expect(keyboard.listenerCount('data')).toBe(0);
    expect(keyboard.isPaused()).toBe(true);
    expect(shown).toEqual(['Password: ', '\n']);
  });

  test('the question comes when nothing typed is shown any more', async () => {
    const { keyboard } = terminal();
    const modes: boolean[] = [];
    const answer = askPassword('Password: ', keyboard, {
      write: () => modes.push(keyboard.isRaw),
    });
    keyboard.write('x\r');
    await answer;
    expect(modes[0]).toBe(true);
  });

  test('a terminal that was raw before stays raw', async () => {
    const { keyboard, ask } = terminal();
    keyboard.isRaw = true;
    const answer = ask();
    keyboard.write('x\r');
    await answer;
    expect(keyboard.modes).toEqual([true, true]);
  });

  test('a terminal that cannot be made raw is not asked', async () => {
    const { keyboard, shown, ask } = terminal();
    keyboard.setRawMode = () => {
      throw new Error('not a terminal');
    };
    await expect(ask()).rejects.toThrow('not a terminal');
    expect(shown).toEqual([]);
    expect(keyboard.listenerCount('data')).toBe(0);
  });
});

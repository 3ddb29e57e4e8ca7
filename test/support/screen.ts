/** The real console on a headless terminal: type keys, resize, play events, read the grid. */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import xterm from '@xterm/headless';
import { vi } from 'vitest';
import type { RunEvent } from '../../src/core/event.ts';
import { createRunStore, type RunStore } from '../../src/store/run.ts';
import { type Console, type ConsoleOptions, openConsole } from '../../src/tui/console.tsx';
import type { Outside } from '../../src/tui/outside.ts';
import { T0 } from './events.ts';

export interface Screen {
  readonly store: RunStore;
  readonly terminal: xterm.Terminal;
  readonly console: Console;
  /** All that was written to the terminal so far. */
  written(): string;
  press(...keys: readonly string[]): Promise<void>;
  play(...events: readonly RunEvent[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Lets that much time pass, with all that happens in it. */
  pass(ms: number): Promise<void>;
  /** The grid, without blanks at the ends of rows. */
  rows(): string[];
  /** The text of the cursor's row: inverse over the table's width. */
  chosen(): string | undefined;
  /** Whether the console's screen is shown, not the shell's. */
  isOpen(): boolean;
  isRaw(): boolean;
  close(): Promise<void>;
}

const KEYS: Readonly<Record<string, string>> = {
  enter: '\r',
  esc: '\u001b',
  tab: '\t',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  pgup: '\u001b[5~',
  pgdn: '\u001b[6~',
  home: '\u001b[H',
  end: '\u001b[F',
  'ctrl-c': '\u0003',
  'ctrl-z': '\u001a',
  'ctrl-d': '\u0004',
  'ctrl-u': '\u0015',
  space: ' ',
};

/** The flag on the banner is inverse too, and shorter. */
const CHOSEN_WIDTH = 20;

/** Longer than the store holds changes back and than Ink waits for the rest of an escape sequence. */
const SETTLED_MS = 150;

export interface OpenOptions extends Partial<
  Omit<ConsoleOptions, 'store' | 'stdout' | 'stdin' | 'outside'>
> {
  readonly outside?: Partial<Outside>;
  readonly size?: readonly [columns: number, rows: number];
  readonly events?: readonly RunEvent[];
}

const NOWHERE: Outside = {
  evidence: async () => '{}',
  statusPath: async () => '',
  doctor: async () => '',
  runs: async () => [],
  save: async () => 'file',
  view: async () => {},
  remember: async () => {},
  pause: undefined,
  onPause: () => () => {},
  entryOf: () => undefined,
  tell: (sentence) => sentence,
};

export async function open(options: OpenOptions = {}): Promise<Screen> {
  const [cols, rows] = options.size ?? [80, 24];
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    now: Date.parse(T0),
  });
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true, convertEol: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.write('$ patchwhy\r\nhalf a line');
  const { stdout, written } = fakeStdout(terminal);
  const { stdin, isRaw } = fakeStdin();
  const store = createRunStore();
  for (const event of options.events ?? []) store.apply(event);
  const console = openConsole({
    title: 'fleet.yml',
    onInterrupt: () => {},
    hasColor: true,
    isAscii: false,
    ...options,
    outside: { ...NOWHERE, ...options.outside },
    store,
    stdout,
    stdin,
  });

  async function pass(ms: number): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      await setImmediate();
      await vi.advanceTimersByTimeAsync(ms / 3);
    }
    const drained = new Promise<void>((resolve) => terminal.write('', resolve));
    await vi.advanceTimersByTimeAsync(1);
    await drained;
  }

  const grid = (): string[] =>
    Array.from(
      { length: terminal.rows },
      (_, row) => lineAt(terminal, row)?.translateToString(true) ?? '',
    );

  const screen: Screen = {
    store,
    terminal,
    console,
    written,
    isRaw,
    async press(...keys) {
      for (const key of keys) {
        stdin.write(KEYS[key] ?? key);
        await pass(key === 'esc' ? SETTLED_MS : 15);
      }
    },
    async play(...events) {
      for (const event of events) store.apply(event);
      await pass(SETTLED_MS);
    },
    async resize(columns, height) {
      terminal.resize(columns, height);
      Object.assign(stdout, { columns, rows: height });
      stdout.emit('resize');
      await pass(SETTLED_MS);
    },
    pass,
    rows: grid,
    chosen: () =>
      grid()
        .find((_, row) => isInverse(terminal, row))
        ?.trimEnd(),
    isOpen: () => terminal.buffer.active.type === 'alternate',
    async close() {
      if (this.isOpen()) await this.console.close();
      await pass(SETTLED_MS);
      vi.useRealTimers();
    },
  };
  await pass(SETTLED_MS);
  return screen;
}

function lineAt(terminal: xterm.Terminal, row: number): xterm.IBufferLine | undefined {
  const { active } = terminal.buffer;
  return active.getLine(active.baseY + row);
}

function isInverse(terminal: xterm.Terminal, row: number): boolean {
  const line = lineAt(terminal, row);
  return [0, CHOSEN_WIDTH].every((cell) => (line?.getCell(cell)?.isInverse() ?? 0) !== 0);
}

function fakeStdout(terminal: xterm.Terminal): {
  stdout: NodeJS.WriteStream;
  written: () => string;
} {
  let all = '';
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns: terminal.cols,
    rows: terminal.rows,
    writable: true,
    write(data: string, done?: () => void): boolean {
      all += data;
      terminal.write(data);
      if (done !== undefined) queueMicrotask(done);
      return true;
    },
  });
  return { stdout: stdout as unknown as NodeJS.WriteStream, written: () => all };
}

function fakeStdin(): { stdin: NodeJS.ReadStream & PassThrough; isRaw: () => boolean } {
  let raw = false;
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode(isOn: boolean) {
      raw = isOn;
    },
    ref() {},
    unref() {},
  });
  return { stdin: stdin as unknown as NodeJS.ReadStream & PassThrough, isRaw: () => raw };
}

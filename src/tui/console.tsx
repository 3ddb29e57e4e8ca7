/**
 * The console: the live table on a terminal. It reads the run store and says what the user wants; it must never
 * know the engine, the network or files. Load it lazily: importing it imports Ink.
 */
import { render } from 'ink';
import type { Language } from '../core/entry.ts';
import type { RunStore } from '../store/run.ts';
import { App } from './app.tsx';
import type { Multiplexer } from './clipboard.ts';
import type { Outside } from './outside.ts';
import { type Settings, USUAL } from './settings.ts';
import type { Departure } from './spot.ts';
import type { ThemeName } from './theme-names.ts';

export interface ConsoleOptions {
  readonly store: RunStore;
  /** Where the hosts come from, as the crumbs begin: `fleet.yml`, `demo fleet`. */
  readonly title: string;
  /** Shows the line that says what to press first. */
  readonly isDemo?: boolean;
  /** Stop asking, keep what came in. Called once, by Ctrl-C or by `s` in the box that `q` opens. */
  readonly onInterrupt: () => void;
  readonly outside: Outside;
  /** How the user looked at things the last time. */
  readonly settings?: Settings;
  /** Why that could not be told. */
  readonly problem?: string;
  /** Both must be terminals. */
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly hasColor: boolean;
  /** English without it. */
  readonly language?: Language;
  /** Comes before the one that was remembered. */
  readonly themeName?: ThemeName;
  readonly isAscii: boolean;
  /** What a copy has to get through on its way to the terminal. */
  readonly inside?: Multiplexer;
  /** Milliseconds since 1970, for elapsed times; the wall clock unless a test says otherwise. */
  readonly now?: () => number;
}

export interface Console {
  /**
   * Ends when the screen has been given back. `quit`: the run was over. `detach`: it goes on without a screen.
   * `interrupt`: it was stopped by Ctrl-C and has finished. `abort`: Ctrl-C twice, end the process now.
   * `open ID`: a stored run is to be looked at instead. `again`: hosts of this run, which is over, are to be asked again.
   * Rejects, after the terminal is restored, with what went wrong while drawing.
   */
  waitUntilExit(): Promise<Departure>;
  /** Gives the screen back; `waitUntilExit` then ends with `quit`. */
  close(): Promise<void>;
}

export function openConsole(options: ConsoleOptions): Console {
  const { store, title, stdout, stdin, hasColor, isAscii, onInterrupt, outside } = options;
  // The first frame begins where the cursor stands, which may be behind half a line.
  stdout.write('\r');
  const instance = render(
    <App
      store={store}
      hasColor={hasColor}
      isAscii={isAscii}
      language={options.language ?? 'en'}
      title={title}
      isDemo={options.isDemo ?? false}
      onInterrupt={onInterrupt}
      outside={outside}
      settings={{
        ...USUAL,
        ...options.settings,
        ...(options.themeName && { themeName: options.themeName }),
      }}
      problem={options.problem}
      inside={options.inside ?? 'none'}
      now={options.now ?? Date.now}
    />,
    {
      stdout,
      stdin,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
      alternateScreen: true,
      incrementalRendering: true,
      // The store limits how often data is drawn; a key is painted at once.
      maxFps: 250,
    },
  );

  async function ended(): Promise<Departure> {
    const departure = await instance.waitUntilExit();
    return isDeparture(departure) ? departure : 'quit';
  }

  const exited = ended();
  return {
    waitUntilExit: () => exited,
    async close() {
      instance.unmount();
      await exited;
    },
  };
}

const DEPARTURES: ReadonlySet<string> = new Set(['quit', 'detach', 'interrupt', 'abort']);

function isDeparture(value: unknown): value is Departure {
  if (typeof value === 'string') return DEPARTURES.has(value) || value.startsWith('open ');
  return typeof value === 'object' && value !== null && 'again' in value;
}

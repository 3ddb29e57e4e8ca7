/** The console's only component with state: it listens to the run and to keys, and draws rows. */
import { Box, Text, useApp, useInput, useWindowSize } from 'ink';
import {
  memo,
  useEffect,
  useMemo,
  useReducer,
  useSyncExternalStore,
  type ReactElement,
} from 'react';
import type { Language } from '../core/entry.ts';
import { hostId } from '../core/host.ts';
import type { RunStore } from '../store/run.ts';
import type { Multiplexer } from './clipboard.ts';
import { frameOf, textOf } from './frame.ts';
import { titleOf } from './run-lines.ts';
import { keyNames } from './keys.ts';
import type { Outside } from './outside.ts';
import { press, type Surroundings } from './press.ts';
import { pageAt, type Said, type Spot, START } from './spot.ts';
import type { Settings } from './settings.ts';
import type { Words } from './words.ts';
import { createTheme } from './theme.ts';
import { useClock } from './use-clock.ts';
import { useMemory } from './use-memory.ts';
import { useErrands } from './use-errands.ts';
import { useNoWrap } from './use-no-wrap.ts';
import { useTitle } from './use-title.ts';
import { useReading } from './use-reading.ts';

export interface AppProps {
  readonly store: RunStore;
  readonly hasColor: boolean;
  readonly isAscii: boolean;
  readonly language: Language;
  readonly title: string;
  readonly isDemo: boolean;
  readonly onInterrupt: () => void;
  readonly outside: Outside;
  readonly settings: Settings;
  readonly problem: string | undefined;
  readonly inside: Multiplexer;
  readonly now: () => number;
}

interface KeyPress {
  readonly key: string;
  readonly around: Surroundings;
}

type Change = KeyPress | Partial<Pick<Spot, 'said' | 'errand'>>;

const onChange = (spot: Spot, change: Change): Spot =>
  'key' in change ? press(spot, change.key, change.around) : { ...spot, ...change };

export function App(props: AppProps): ReactElement {
  const {
    store,
    hasColor,
    isAscii,
    language,
    title,
    isDemo,
    onInterrupt,
    outside,
    inside,
    settings,
    problem,
    now,
  } = props;
  useSyncExternalStore(store.subscribe, store.version);
  const [spot, dispatch] = useReducer(onChange, { settings, problem }, startOf);
  const { themeName } = spot;
  const theme = useMemo(
    () => createTheme({ hasColor, isAscii, themeName, language }),
    [hasColor, isAscii, themeName, language],
  );
  const size = useWindowSize();
  const { exit } = useApp();
  useNoWrap();
  const isOver = store.finish() !== undefined;
  useClock(!isOver);

  const page = pageAt(spot);
  const ref = page?.kind === 'host' ? store.host(hostId(page.id))?.evidence : undefined;
  const reading = useReading({ spot, outside, ref, width: size.columns, theme });

  const at = now();
  const { entryOf, tell } = outside;
  const drawing = { store, theme, title, width: size.columns, now: at, entryOf, tell };
  const input = { drawing, spot, size, reading, isDemo };
  const { rows, extent } = frameOf(input);
  const onSaid = (said: Said): void => dispatch({ said });
  useMemory(spot, outside, onSaid);
  useEffect(() => outside.onPause(() => dispatch({ errand: { do: 'pause' } })), [outside]);
  useTitle(titleOf(drawing), isOver, at);
  useErrands({
    errand: spot.errand,
    store,
    outside,
    inside,
    text: () => textOf(input),
    onSaid,
  });

  useInput((input, pressed) => {
    for (const key of keyNames(input, pressed))
      dispatch({ key, around: { store, reading, extent, now: at, theme } });
  });

  const isStopping = spot.stopping !== 'no';
  useEffect(() => {
    if (isStopping) onInterrupt();
  }, [isStopping, onInterrupt]);

  const departure =
    spot.departure ?? (spot.stopping === 'leave' && isOver ? 'interrupt' : undefined);
  useEffect(() => {
    if (departure !== undefined) exit(departure);
  }, [departure, exit]);

  return (
    <Box flexDirection="column">
      {rows.map((text, line) => (
        // oxlint-disable-next-line react/no-array-index-key -- a row is a place on the screen
        <Row key={line} text={text} />
      ))}
    </Box>
  );
}

/** As it was left the last time. */
function startOf({ settings, problem }: Pick<AppProps, 'settings' | 'problem'>): Spot {
  const said = problem === undefined ? undefined : (words: Words) => words.forgotten(problem);
  return { ...START, ...settings, columns: settings.columns, said };
}

/** One finished string per row, drawn anew only when it differs. A row without text still takes its place. */
const Row = memo(function Row({ text }: { readonly text: string }) {
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});

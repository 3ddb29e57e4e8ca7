/** The live screen around a run. The screen may go before the run does, and the other way round. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExitCode } from '../core/error.ts';
import type { RunEvent } from '../core/event.ts';
import { printable } from '../core/printable.ts';
import { createRunStore, type RunStore } from '../store/run.ts';
import { beforeCrash } from './crash.ts';
import { multiplexerOf } from '../tui/manners.ts';
import { recallSettings } from './console-settings.ts';
import { writeAll } from './output-stream.ts';
import { outsideOf } from './outside.ts';
import type { Presentation } from './run.ts';
import { WORDS, type Words } from '../tui/words.ts';
import { broadcast, type Sink } from './sink.ts';
import { progressSink } from './sinks.ts';
import type { StopSignals } from './stop-signals.ts';

/**
 * Shows the run until the user leaves; with a second Ctrl-C that ends the process there and then.
 * `onLeave` is handed what a second signal must do: give the terminal back first.
 */
export async function runLive(
  events: () => Promise<AsyncIterable<RunEvent>>,
  presentation: Presentation,
  signals: StopSignals,
  sinks: readonly Sink[],
  onLeave: (leave: (code: ExitCode) => void) => void,
): Promise<void> {
  const { openConsole } = await import('../tui/console.tsx');
  const store = createRunStore();
  const { settings, problem } = presentation.remembers
    ? recallSettings(process.env)
    : { settings: undefined, problem: undefined };
  const screen = openConsole({
    store,
    title: presentation.title,
    isDemo: presentation.isDemo === true,
    onInterrupt: () => signals.stop('interrupted'),
    outside: outsideOf(presentation, (work) => signals.whileDeaf(work)),
    ...(settings && { settings }),
    ...(problem !== undefined && { problem }),
    stdout: process.stdout,
    stdin: process.stdin,
    hasColor: presentation.hasColor,
    language: presentation.language,
    ...(presentation.themeName && { themeName: presentation.themeName }),
    isAscii: presentation.isAscii,
    inside: multiplexerOf(process.env),
  });
  beforeCrash(() => screen.close());
  onLeave((code) => {
    void screen.close().finally(() => process.exit(code));
  });
  // A stop from outside ends the screen with the run; a wish typed on it is answered by the screen itself.
  signals.signal.addEventListener('abort', () => {
    if (signals.signal.reason !== 'interrupted' && signals.signal.reason !== 'deadline')
      void screen.close();
  });
  const after: Sink[] = [];
  // The first frame goes out before anything heavy begins.
  await nextTurn();
  const run = broadcastAll(events, [
    { take: (event) => store.apply(event), end: () => Promise.resolve() },
    ...sinks,
    { take: (event) => after[0]?.take(event), end: () => Promise.resolve() },
  ]);
  run.catch(() => void screen.close());
  const departure = await screen.waitUntilExit();
  if (departure === 'abort') process.exit(130);
  if (departure === 'detach') {
    const { hosts, judged, contact, skipped } = store.totals();
    const done = judged + contact + skipped;
    await writeAll(process.stderr, `${wordsOf(presentation).goesOn(done, hosts)}\n`);
    const { verbose, auditTouch } = presentation;
    after.push(
      progressSink(process.stderr, {
        isTerminal: false,
        verbose: Math.max(1, verbose),
        auditTouch,
      }),
    );
  }
  await run;
  await writeAll(process.stdout, farewell(store, presentation));
  if (typeof departure === 'object') {
    const asked = store.run();
    const { rescan } = await import('./rescan.ts');
    if (asked !== undefined) await rescan(asked, departure.again, presentation);
  } else if (departure.startsWith('open '))
    await openAnother(departure.slice('open '.length), presentation);
}

/** The stored run that the user chose, as they look at this one. */
async function openAnother(run: string, presentation: Presentation): Promise<void> {
  const { tuiCommand } = await import('./tui.ts');
  const { isAscii: ascii, hasColor: color, themeName: theme, language: lang } = presentation;
  const { files } = presentation.rules;
  const rules = files.length > 0 ? files : undefined;
  await tuiCommand({ run, ascii, color, theme, lang, rules });
}

async function broadcastAll(
  events: () => Promise<AsyncIterable<RunEvent>>,
  sinks: readonly Sink[],
): Promise<void> {
  await broadcast(await events(), sinks);
}

/** What stays on the terminal when the screen has gone: the totals, what recurs, what to type next. */
function farewell(store: RunStore, presentation: Presentation): string {
  const { summary, complete } = store.finish() ?? {};
  if (!summary) return '';
  const words = wordsOf(presentation);
  const { hosts, judged, contact, skipped } = summary;
  const title = `${words.product} ${printable(presentation.title)}`;
  const totals = words.farewell(title, hosts, judged, contact, skipped);
  const lines = [complete === true ? totals : `${totals} ${words.incomplete}`];
  for (const group of store
    .groups()
    .filter(({ isRecurring }) => isRecurring)
    .slice(0, 5)) {
    lines.push(`  ${group.id}  ${words.hosts(group.count)}  ${printable(group.title ?? '')}`);
  }
  const { nextCommand } = presentation;
  if (nextCommand !== undefined) lines.push(words.nextCommand(nextCommand));
  return `${lines.join('\n')}\n`;
}

const wordsOf = ({ language, isAscii }: Presentation): Words => WORDS[isAscii ? 'en' : language];

/** `events`: of each question the newest, 90 days at most. A log that is off, wiped or closed proves nothing by silence. */
import {
  EVENT_LOGS,
  EVENT_QUESTIONS,
  eventCommand,
  type EventQuestion,
  isWanted,
  logCommand,
  newestCommand,
} from './event-questions.ts';
import { readEvent, splitEvents, type WindowsEvent } from './event-xml.ts';
import {
  type Answer,
  CouldNotLook,
  cut,
  type NoAnswer,
  Parts,
  printed,
  type Question,
} from './question.ts';

const DAYS_90 = 90 * 86_400_000;
const EVENTS_KEPT = 110_000;
const DEFINITIONS_KEPT = 3;

export const events: Question = {
  section: 'events',
  commands: [
    newestCommand('System'),
    ...EVENT_LOGS.map(logCommand),
    ...EVENT_QUESTIONS.map(eventCommand),
  ],
  read([newest, ...rest], { now }) {
    const logs = rest.slice(0, EVENT_LOGS.length);
    const found = rest.slice(EVENT_LOGS.length);
    const parts = new Parts();
    const heard = new Set(
      EVENT_LOGS.filter((log, at) =>
        parts.read(`events.${log}`, () => {
          assertOn(log, logs[at]);
          if (log === 'System' && splitEvents(printed(newest, 'wevtutil')).length === 0)
            throw new CouldNotLook('the log System is empty');
          return true;
        }),
      ),
    );
    const isFull: boolean[] = [];
    const list = EVENT_QUESTIONS.flatMap((question, at) => {
      const { log, most } = question;
      if (!heard.has(log)) return [];
      return (
        parts.read(`events.${log}`, () => {
          const texts = splitEvents(printed(found[at], 'wevtutil')).slice(0, most);
          if (texts.length >= most) isFull.push(true);
          return chosen(texts, question, now);
        }) ?? []
      );
    });
    const errors = parts.errors.filter(
      ({ section }, at, all) => all.findIndex((other) => other.section === section) === at,
    );
    // A closed log that holds all the news is told by its own entry; without any log there is no section.
    if (errors.length >= EVENT_LOGS.length && list.length === 0) {
      const [first] = errors;
      return {
        evidence: {},
        errors: [...errors, { ...first, section: 'events', message: 'no event log could be read' }],
      };
    }
    const { kept, isCut } = cut(list, EVENTS_KEPT);
    return {
      evidence: { events: [...kept] },
      errors,
      truncated: isCut || isFull.length > 0 ? ['events'] : [],
    };
  },
};

function assertOn(log: string, answer: Answer | NoAnswer | undefined): void {
  const channel = /<channel\b[^>]*>/.exec(printed(answer, 'wevtutil'))?.[0] ?? '';
  const [, enabled] = /\benabled\s*=\s*["'](true|false)["']/.exec(channel) ?? [];
  if (enabled === undefined) throw new CouldNotLook(`wevtutil printed nothing of ${log}`);
  if (enabled === 'false') throw new CouldNotLook(`the log ${log} is switched off`);
}

/** What the question asked for, however the host understood it; equal ones folded into the newest. */
function chosen(
  texts: readonly string[],
  question: EventQuestion,
  now: Date,
): readonly WindowsEvent[] {
  const { log, naming, folds } = question;
  const folded = new Map<string, WindowsEvent>();
  let definitions = 0;
  for (const text of texts) {
    if (naming !== undefined && !naming.test(text)) continue;
    const event = readEvent(log, text);
    if (event === undefined || !isWanted(question, event)) continue;
    if (now.getTime() - Date.parse(event.time) > DAYS_90) continue;
    if (isSuccess(event)) {
      const title = String(event.data?.['updateTitle'] ?? '');
      // Of the successes only what can answer "was it cured since": no Store apps, few of Defender's definitions.
      if (/^9[A-Z0-9]{11}-/.test(title)) continue;
      if (title.includes('KB2267602') && (definitions += 1) > DEFINITIONS_KEPT) continue;
    }
    const day = folds === 'day' ? event.time.slice(0, 10) : '';
    const mark = JSON.stringify([event.provider, event.id, event.data, day]);
    const same = folded.get(mark);
    folded.set(mark, same === undefined ? event : { ...same, count: (same.count ?? 1) + 1 });
  }
  return [...folded.values()];
}

function isSuccess({ id, log }: WindowsEvent): boolean {
  return log === 'System' && (id === 19 || id === 43 || id === 44);
}

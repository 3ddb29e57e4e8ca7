/** Sentences for the reader: the values of facts put into a sign's quote, with the place where they were read. */
import type { Pointer } from '../core/verdict.ts';
import type { Origin } from '../facts/shape.ts';

/** Text of a host may be long; a quote is one line. */
const LONGEST_VALUE = 200;
const DAY = 86_400_000;

/** Fills `{name.field}` in. */
export function fillIn(quote: string, names: Readonly<Record<string, unknown>>): string {
  return quote.replace(/\{(\w+)\.(\w+)\}/g, (_, name: string, field: string) => {
    const holder = names[name];
    return inWords(isRecord(holder) ? holder[field] : undefined);
  });
}

export function inWords(value: unknown): string {
  if (value instanceof Date) return value.getTime() === 0 ? 'an unknown time' : minute(value);
  if (typeof value === 'number') return String(Math.round(value * 10) / 10);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value === '' ? '(not told)' : shorten(value);
  return '(not told)';
}

/** `2024-02-15 05:24 UTC`, or the date alone where the time is midnight: then nobody meant a time. */
function minute(time: Date): string {
  if (time.getTime() % DAY === 0) return time.toISOString().slice(0, 10);
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function shorten(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

/** Where a field of a fact, or of an item in it, was read. */
export function placeOf(holder: unknown, field: string): Pointer {
  if (!isOrigin(holder)) return '';
  return holder.fromField?.[field] ?? holder.from;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isOrigin(value: unknown): value is Origin {
  return isRecord(value) && typeof value['from'] === 'string';
}

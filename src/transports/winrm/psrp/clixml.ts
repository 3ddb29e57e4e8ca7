/**
 * CLIXML, the form in which PowerShell sends values (MS-PSRP 2.2.5): text written, trees read. Reads only what
 * PowerShell writes: no DTD, no entities of its own, so deep and so large.
 */
import { SaxesParser } from 'saxes';
import { badReply } from '../bad-reply.ts';
import { escapeXml } from '../xml-text.ts';

export interface Value {
  /** Element name: `S`, `I32`, `Obj`, `MS`, `Props`, ... */
  readonly kind: string;
  /** Attribute `N`, the name of the property; empty where it has none. */
  readonly name: string;
  /** Own text, unescaped; empty for objects. */
  readonly text: string;
  readonly values: readonly Value[];
}

const MAX_DEPTH = 64;
const MAX_VALUES = 50_000;

/** @throws ContactError BAD_REPLY for what is no CLIXML. */
export function readClixml(xml: string): Value {
  const root: Draft = { kind: '', name: '', text: '', values: [] };
  const open: Draft[] = [root];
  let count = 0;
  const parser = new SaxesParser({ xmlns: false });
  parser.on('doctype', () => {
    throw badReply('has a DTD');
  });
  parser.on('error', (cause) => {
    throw badReply('holds broken CLIXML', { cause });
  });
  parser.on('opentag', (tag) => {
    count += 1;
    if (open.length > MAX_DEPTH || count > MAX_VALUES) throw badReply('holds CLIXML without end');
    const value: Draft = { kind: tag.name, name: tag.attributes['N'] ?? '', text: '', values: [] };
    open.at(-1)?.values.push(value);
    open.push(value);
  });
  const onText = (text: string): void => {
    const value = open.at(-1);
    if (value !== undefined) value.text += text;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    const value = open.pop();
    if (value !== undefined) value.text = unescapeText(value.text);
  });
  parser.write(xml).close();
  const [value] = root.values;
  if (value === undefined) throw badReply('holds no CLIXML');
  return value;
}

interface Draft extends Value {
  text: string;
  readonly values: Draft[];
}

/** The property of that name: of the value itself, in its members, or one level below. */
export function property(value: Value, name: string): Value | undefined {
  for (const member of value.values) {
    if (member.name === name) return member;
    if (member.kind !== 'MS' && member.kind !== 'Props') continue;
    const found = member.values.find((each) => each.name === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a value says as text: its own, that of the string it wraps, or what its ToString gave. */
export function textOf(value: Value): string {
  if (value.kind !== 'Obj') return value.text;
  const wrapped = value.values.find(({ kind, name }) => kind === 'S' && name === '');
  return (wrapped ?? value.values.find(({ kind }) => kind === 'ToString'))?.text ?? '';
}

/** A whole number, or undefined. */
export function numberOf(value: Value | undefined): number | undefined {
  return value !== undefined && /^-?\d{1,10}$/.test(value.text) ? Number(value.text) : undefined;
}

// What XML cannot carry, halves of a pair, and `_x`, which would be read as an escape.
// oxlint-disable-next-line no-control-regex -- finding them is the point
const ESCAPED = /[\u0000-\u001f\u007f-\u009f\ud800-\udfff]|_(?=[xX])/g;

/** A string as element content: `_xHHHH_` for one UTF-16 unit each, then what XML itself wants. */
export function escapeText(text: string): string {
  const escaped = text.replace(
    ESCAPED,
    (unit) => `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  );
  return escapeXml(escaped);
}

/** Undoes `_xHHHH_`; by units first, so that a pair sent as two escapes becomes one character again. */
function unescapeText(text: string): string {
  return text
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, unit: string) =>
      String.fromCharCode(Number.parseInt(unit, 16)),
    )
    .toWellFormed();
}

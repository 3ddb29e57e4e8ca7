/**
 * Events as `wevtutil /f:xml` prints them: `<Event>` elements without a root. Each is read alone, so that a broken one
 * costs only itself. No document type and no entity but XML's own five is understood.
 */
import { SaxesParser } from 'saxes';
import type { Collected } from '../../core/evidence.ts';

export type WindowsEvent = NonNullable<Collected['events']>[number];

const EVENT_LONGEST = 64 * 1024;
const FIELDS_MOST = 20;
const TEXT_KEPT = 400;
const DEPTH_MOST = 12;

/** The texts of the elements, whole ones only. */
export function splitEvents(text: string): readonly string[] {
  const events: string[] = [];
  for (let at = text.indexOf('<Event '); at >= 0;) {
    const end = text.indexOf('</Event>', at);
    if (end < 0) break;
    const next = text.indexOf('<Event ', at + 1);
    // One that was cut off by the beginning of another.
    if (next < 0 || next > end) events.push(text.slice(at, end + '</Event>'.length));
    at = next;
  }
  return events;
}

/** Undefined when it is no event in good order. */
export function readEvent(log: string, xml: string): WindowsEvent | undefined {
  const draft = xml.length <= EVENT_LONGEST ? parse(mended(xml)) : undefined;
  if (draft === undefined) return undefined;
  const { provider, id, level, time, data } = draft;
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(time) && !Number.isNaN(Date.parse(time));
  if (provider === '' || !/^\d{1,5}$/.test(id) || !isTime) return undefined;
  return {
    log,
    provider,
    id: Number(id),
    ...(/^\d{1,2}$/.test(level) && { level: Number(level) }),
    time: `${time.slice(0, 19)}Z`,
    count: 1,
    data: Object.fromEntries(data),
  };
}

/** Broken drivers write characters that XML 1.0 has no place for. */
function mended(xml: string): string {
  return xml
    .replace(/(?![\t\n\r])[\p{Cc}\uFFFE\uFFFF]|&#x?[0-9A-Fa-f]{1,2};/gu, ' ')
    .toWellFormed();
}

interface Draft {
  provider: string;
  id: string;
  level: string;
  time: string;
  readonly data: Map<string, string | number>;
}

function parse(xml: string): Draft | undefined {
  const draft: Draft = { provider: '', id: '', level: '', time: '', data: new Map() };
  const parser = new SaxesParser({ xmlns: false });
  const path: string[] = [];
  let isBroken = false;
  let text = '';
  let fieldName = '';
  let unnamed = 0;
  parser.on('error', () => {
    isBroken = true;
  });
  parser.on('doctype', () => {
    isBroken = true;
  });
  parser.on('opentag', ({ name, attributes }) => {
    path.push(localName(name));
    if (path.length > DEPTH_MOST) isBroken = true;
    text = '';
    const place = path.join('/');
    if (place === 'Event/System/Provider') draft.provider = attributes['Name'] ?? '';
    if (place === 'Event/System/TimeCreated') draft.time = attributes['SystemTime'] ?? '';
    fieldName = attributes['Name'] ?? '';
  });
  const add = (more: string): void => {
    text += more;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const [root, part, third = '', fourth] = path;
    const depth = path.length;
    path.pop();
    const value = text.trim();
    text = '';
    if (root !== 'Event') return;
    if (part === 'System' && third === 'EventID') draft.id = value;
    else if (part === 'System' && third === 'Level') draft.level = value;
    else if (part === 'EventData' && depth === 3) {
      if (third === 'Binary') return put('service', draft, serviceIn(value, draft.provider));
      const name = third === 'Data' ? fieldName || `param${(unnamed += 1)}` : third;
      put(name, draft, value);
    } else if (part === 'UserData' && depth === 4 && fourth !== undefined) {
      put(fourth, draft, value);
    }
  });
  try {
    parser.write(xml).close();
  } catch {
    return undefined;
  }
  return isBroken ? undefined : draft;
}

function put(name: string, { data }: Draft, text: string): void {
  if (text !== '' && data.size < FIELDS_MOST) data.set(name.slice(0, 100), valueOf(name, text));
}

/** Failure codes as the contract spells them, other whole numbers as numbers; `param1`... stay text. */
function valueOf(name: string, text: string): string | number {
  if (/^(hr|hresult|error|errorcode|status)$/i.test(name) && /^-?\d{7,10}$/.test(text))
    return `0x${(Number(text) >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
  if (!name.startsWith('param') && /^-?\d{1,15}$/.test(text)) return Number(text);
  return text.slice(0, TEXT_KEPT);
}

/** Service Control Manager names a service by display name; the binary part holds the real one, UTF-16 in hex. */
function serviceIn(hex: string, provider: string): string {
  if (provider !== 'Service Control Manager' || !/^[0-9a-f]+$/i.test(hex)) return '';
  const name = Buffer.from(hex.slice(0, 2 * TEXT_KEPT), 'hex').toString('utf16le');
  return /^[\w.-]{2,80}/.exec(name)?.[0] ?? '';
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

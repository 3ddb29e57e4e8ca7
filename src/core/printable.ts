/**
 * Host text made harmless for a terminal. Names, quotes and messages come from machines that may lie: no control
 * character, escape sequence, direction override or invisible character in them reaches the screen as it is.
 */

/** One blank for each run of tabs and line ends, which would break a row. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;

/**
 * Drawn as nothing, or drawn differently by every terminal: joiners, fillers, direction controls and overrides,
 * soft hyphens, tags, variation selectors, enclosing marks, skin tones.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Me}\p{Emoji_Modifier}]/gu;

/** C0, DEL and C1: a terminal obeys these, so they are shown instead. */
// oxlint-disable-next-line no-control-regex -- finding them is the point
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/gu;

/** Private and unassigned: nobody knows how wide they are. */
const UNKNOWN = /[\p{Co}\p{Cn}]/gu;

const FLAG_LETTERS = /[\u{1f1e6}-\u{1f1ff}]/gu;
const LEADING_MARKS = /^\p{M}+/u;
const MARKS_IN_EXCESS = /(\p{M}{3})\p{M}+/gu;
const PLAIN = /^[\u0020-\u007e]*$/u;

const CACHED_TEXTS = 20_000;
const LONGEST_CACHED = 500;
const cache = new Map<string, string>();

/**
 * The text as one harmless line: controls become visible signs (`␛` for ESC), invisible characters go, marks
 * are kept three deep, lone surrogates become U+FFFD. Applying it twice changes nothing.
 */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  const known = cache.get(text);
  if (known !== undefined) return known;
  const clean = text
    .toWellFormed()
    .replace(BREAKS, ' ')
    .replace(INVISIBLE, '')
    .replace(FLAG_LETTERS, flagLetter)
    .replace(CONTROLS, pictureOf)
    .replace(UNKNOWN, '\ufffd')
    .normalize('NFC')
    .replace(LEADING_MARKS, '')
    .replace(MARKS_IN_EXCESS, '$1');
  if (text.length > LONGEST_CACHED) return clean;
  if (cache.size >= CACHED_TEXTS) cache.clear();
  cache.set(text, clean);
  return clean;
}

/** The text with everything beyond ASCII as `?`: for terminals that would take its bytes for something else. */
export function asciiOnly(text: string): string {
  return printable(text).replace(/[^\u0020-\u007e]/gu, '?');
}

/** Unicode has a picture for each C0 control, `␀` to `␟`, and for DEL; none for C1. */
function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code <= 0x1f) return String.fromCharCode(0x24_00 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/** Flags are pairs of letters that terminals draw two, four or one column wide: `IT` is `IT` everywhere. */
function flagLetter(indicator: string): string {
  return String.fromCharCode((indicator.codePointAt(0) ?? 0) - 0x1_f1_e6 + 0x41);
}

/** The same for a text of several lines: each made harmless, their ends kept. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

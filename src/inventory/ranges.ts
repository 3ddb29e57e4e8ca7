/** Host ranges as Ansible writes them: `srv-[01:24]`, `rack[a:f]`, `ws[0:100:10]`. */

/** Hosts that one entry may stand for; more is a slip of the keyboard. */
const MOST_IN_RANGE = 20_000;

export const RANGE_HINT = 'ranges are written [01:24], [a:f] or [1:9:2]';

export type Expansion =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'bad'; readonly reason: string };

/** The names a text stands for, itself when it holds no range; several ranges multiply, the last one fastest. */
export function expandRanges(text: string): Expansion {
  if (!/[[\]]/.test(text)) return { kind: 'names', names: [text] };
  const parts = text.split(/(\[[^[\]]*\])/);
  if (parts.some((part, index) => index % 2 === 0 && /[[\]]/.test(part))) {
    return { kind: 'bad', reason: 'has a bracket without its partner' };
  }
  let names = [''];
  for (const [index, part] of parts.entries()) {
    const values = index % 2 === 1 ? rangeValues(part.slice(1, -1)) : [part];
    if (typeof values === 'string') return { kind: 'bad', reason: values };
    if (names.length * values.length > MOST_IN_RANGE) {
      return { kind: 'bad', reason: `stands for more than ${MOST_IN_RANGE} hosts` };
    }
    names = names.flatMap((name) => values.map((value) => name + value));
  }
  return { kind: 'names', names };
}

/** The values of what stands between the brackets, or what is wrong with it. */
function rangeValues(range: string): readonly string[] | string {
  const [from = '', to = '', step = '1', ...more] = range.split(':');
  const stepSize = /^\d{1,6}$/.test(step) ? Number(step) : 0;
  if (more.length > 0 || to === '') return `has "[${range}]", which is not a range like [01:24]`;
  if (stepSize < 1) return `has a step of "${step}" in "[${range}]"`;
  if (/^\d{1,9}$/.test(from) && /^\d{1,9}$/.test(to)) return numbers(from, to, stepSize);
  if (/^(?:[a-z]:[a-z]|[A-Z]:[A-Z])$/.test(`${from}:${to}`)) return letters(from, to, stepSize);
  return `has "[${range}]", which is neither numbers nor two letters of one case`;
}

function numbers(from: string, to: string, step: number): readonly string[] | string {
  const isPadded = from.length > 1 && from.startsWith('0');
  if (isPadded && from.length !== to.length) {
    return `has "[${from}:${to}]": with leading zeros both ends need the same number of digits`;
  }
  const first = Number(from);
  const count = Math.floor((Number(to) - first) / step) + 1;
  if (count < 1) return `has "[${from}:${to}]", which runs backwards`;
  if (count > MOST_IN_RANGE) return `stands for more than ${MOST_IN_RANGE} hosts`;
  return Array.from({ length: count }, (_, index) =>
    String(first + index * step).padStart(isPadded ? from.length : 0, '0'),
  );
}

function letters(from: string, to: string, step: number): readonly string[] | string {
  const first = from.charCodeAt(0);
  const count = Math.floor((to.charCodeAt(0) - first) / step) + 1;
  if (count < 1) return `has "[${from}:${to}]", which runs backwards`;
  return Array.from({ length: count }, (_, index) => String.fromCharCode(first + index * step));
}

/** The pattern language of `scan PATTERN` and `--limit`: text to a tree. Knows no hosts. */

export interface Term {
  /** `web*`, `site:milano`, `~regex`, `@file`, `-`; as written. */
  readonly text: string;
  readonly isExcluded: boolean;
}

/** Hosts of any of `any`, that are in all of `all`, and in none of `none`. */
export interface Pattern {
  /** Each a conjunction: hosts of all its terms, without those of its excluded ones. Empty: all hosts. */
  readonly any: readonly (readonly Term[])[];
  readonly all: readonly Term[];
  readonly none: readonly Term[];
}

/**
 * `a,b` either, `a&b` both, `a&!b` or `a,!b` without. As in Ansible, `,&b` and `,!b` narrow the whole list,
 * wherever they stand. Commas and ampersands inside the brackets of a `~regex` belong to it.
 */
export function parsePattern(pattern: string): Pattern {
  const any: Term[][] = [];
  const all: Term[] = [];
  const none: Term[] = [];
  for (const part of split(pattern, ',')) {
    const terms = split(part.replace(/^&/, ''), '&').map(term);
    const [only, ...others] = terms;
    if (only === undefined) continue;
    if (part.startsWith('&')) all.push(...terms);
    else if (only.isExcluded && others.length === 0) none.push({ ...only, isExcluded: false });
    else any.push(terms);
  }
  return { any, all, none };
}

function term(text: string): Term {
  const isExcluded = text.startsWith('!');
  return { text: isExcluded ? text.slice(1).trim() : text, isExcluded };
}

/** Parts between separators, blanks around them dropped, empty ones left out. */
function split(text: string, separator: ',' | '&'): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const match of text.matchAll(/\\[\s\S]|[\s\S]/g)) {
    const [char] = match;
    if (char === separator && depth === 0) {
      parts.push(part);
      part = '';
      continue;
    }
    if (/^[!&\s]*~/.test(part)) depth += '([{'.includes(char) ? 1 : ')]}'.includes(char) ? -1 : 0;
    part += char;
    if (depth < 0) depth = 0;
  }
  return [...parts, part].map((one) => one.trim()).filter((one) => one !== '');
}

/**
 * What keeps a condition from taking long, however a rule is written. CEL has no loops and no recursion: what can grow
 * are lists asked inside lists, and patterns.
 */
import type { ASTNode } from '@marcbachmann/cel-js';

export interface Excess {
  readonly text: string;
  readonly hint: string;
  readonly offset: number;
}

type Slow = Omit<Excess, 'offset'>;

/** Of a condition, for the checker: a hand does not write more. */
export const CONDITION_LIMITS = { maxAstNodes: 2000, maxDepth: 64, maxListElements: 500 } as const;

/** `each`, and an `exists` in it: a thousand items in a thousand are still a moment. */
const MOST_NESTED = 2;
const OVER_LISTS = new Set(['exists', 'exists_one', 'all', 'filter', 'map']);

/** The first thing that could take long; undefined when nothing can. */
export function excessOf(ast: ASTNode, isEach: boolean): Excess | undefined {
  return excessIn(ast, isEach ? 1 : 0);
}

function excessIn(node: ASTNode, nested: number): Excess | undefined {
  if (node.op !== 'rcall') return firstExcess(node.args, nested);
  const [name, receiver, given] = node.args;
  const isOverList = OVER_LISTS.has(name);
  const excess = isOverList ? slowList(receiver, nested + 1) : slowText(name, given);
  if (excess !== undefined) return { ...excess, offset: node.start };
  return excessIn(receiver, nested) ?? firstExcess(given, isOverList ? nested + 1 : nested);
}

function firstExcess(args: unknown, nested: number): Excess | undefined {
  for (const child of childrenOf(args)) {
    const excess = excessIn(child, nested);
    if (excess !== undefined) return excess;
  }
  return undefined;
}

function slowList(range: ASTNode, depth: number): Slow | undefined {
  if (depth > MOST_NESTED) {
    return {
      text: 'asks lists inside lists inside lists, which takes too long on a big host',
      hint: '`each` counts as one: two are allowed',
    };
  }
  if (isAsItIs(range)) return undefined;
  return {
    text: 'asks a list that is put together here, which may be a very long one',
    hint: 'ask lists of facts as they are, one after the other with ||',
  };
}

function slowText(name: string, given: readonly ASTNode[]): Slow | undefined {
  return name === 'matches' ? slowPattern(given[0]) : undefined;
}

/** A list of a fact or an item, a list written out, or what `filter` and `map` leave of one. */
function isAsItIs(range: ASTNode): boolean {
  if (range.op !== 'rcall') return range.op === 'id' || range.op === '.' || range.op === 'list';
  const [name, inner] = range.args;
  return (name === 'filter' || name === 'map') && isAsItIs(inner);
}

function childrenOf(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

/** Quantifiers; a pattern that may begin anywhere counts as one more. */
const MOST_ELASTIC = 2;
const MOST_OPTIONAL = 5;

/** Patterns run on a machine that backtracks: `(a+)+$` would never end. */
function slowPattern(node: ASTNode | undefined): Slow | undefined {
  const pattern = node?.op === 'value' ? node.args : undefined;
  if (typeof pattern !== 'string')
    return { text: 'matches() takes a pattern in quotes', hint: 'write it out' };
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const isAnchored = bare.startsWith('^');
  const elastic = (bare.match(/[*+{]/g)?.length ?? 0) + (isAnchored ? 0 : 1);
  const optional = bare.match(/[^(]\?/g)?.length ?? 0;
  const isSlow =
    elastic > MOST_ELASTIC ||
    optional > MOST_OPTIONAL ||
    /\)[*+{]/.test(bare) ||
    /\\[1-9k]/.test(pattern);
  if (isSlow) {
    return {
      text: 'this pattern can take very long on a long text',
      hint: 'no repeated groups, at most two of * + { (one where it does not begin with ^); or use contains()',
    };
  }
  return isPattern(pattern)
    ? undefined
    : { text: 'matches(): this is no pattern', hint: 'check its brackets' };
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

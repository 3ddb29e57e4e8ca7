/** What is known of what a page shows from outside; a long text is laid out once. */
import type { Line } from './line.ts';
import type { PastRun } from './outside.ts';

export type Reading =
  | { readonly kind: 'loading' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'read'; readonly lines: readonly Line[] }
  | { readonly kind: 'runs'; readonly runs: readonly PastRun[] }
  | { readonly kind: 'failed'; readonly reason: string };

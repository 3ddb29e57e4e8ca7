/** The journal of changes. */
import { createHash } from 'node:crypto';
import type { Change } from '../history/before-after.ts';
import type { Queries } from './schema.ts';

/** Noted twice, it is there once. */
export async function addChange(
  db: Queries,
  { at, text, hosts }: Omit<Change, 'uid'>,
  notedAt: number,
): Promise<Change> {
  const uid = createHash('sha256')
    .update(JSON.stringify([at, text, hosts]))
    .digest('hex')
    .slice(0, 12);
  await db
    .insertInto('change')
    .values({ uid, at, text, hosts, noted_at: notedAt })
    .onConflict((on) => on.column('uid').doNothing())
    .execute();
  return { uid, at, text, hosts };
}

/** The oldest first. */
export async function readChanges(db: Queries): Promise<readonly Change[]> {
  return db
    .selectFrom('change')
    .select(['uid', 'at', 'text', 'hosts'])
    .orderBy('at')
    .orderBy('uid')
    .execute();
}

import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Attic } from '../../src/engine/attic.ts';

test('what is put away comes out as it went in, packed or not, whatever came before it', () => {
  const value = fc.dictionary(
    fc.string(),
    fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.date(), fc.array(fc.string())),
  );
  fc.assert(
    fc.property(fc.array(value), fc.nat({ max: 3 }), (values, asTheyAre) => {
      const attic = new Attic<object>(asTheyAre);
      const ways = values.map((each) => attic.put(each));
      expect(ways.map((get) => get())).toEqual(values);
    }),
  );
});

test('the first are kept, the others are not', () => {
  const attic = new Attic<object>(1);
  const [one, two] = [{ name: 'ws-1' }, { name: 'ws-2' }];
  const [first, second] = [attic.put(one), attic.put(two)];
  expect(first()).toBe(one);
  expect(second()).not.toBe(two);
});

test('what is packed is not held as it was, too', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const attic = new Attic<object>(0);
  const put = (value: object) => ({ whole: new WeakRef(value), get: attic.put(value) });
  const { whole, get } = put({ name: 'ws-1' });
  await setImmediate(); // a WeakRef holds on until its turn is over
  collect();
  expect(whole.deref()).toBeUndefined();
  expect(get()).toEqual({ name: 'ws-1' });
});

import { catalogue } from './catalogue.js';

/** A cart from `tea,mug,tea`: one entry for each article. Throws a RangeError on an article that is not sold. */
export function readCart(text) {
  return text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const article = catalogue.get(name);
      if (!article) throw new RangeError(`"${name}" is not sold here`);
      return { id: name, ...article };
    });
}

/** Sum of a cart in cents. */
export const total = (cart) => cart.reduce((sum, article) => sum + article.cents, 0);

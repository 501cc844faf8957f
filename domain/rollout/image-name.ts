/** Repository, tag and digest of an image: `registry.test:5000/shop:1.4.0@sha256:…`. */
export interface ImageName {
  repository: string;
  tag?: string;
  digest?: string;
}

/** Takes an image name apart. A colon before the last slash belongs to the port of the registry, not to a tag. */
export function readImageName(image: string): ImageName {
  const [named = '', digest] = image.split('@');
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  return {
    repository: colon < 0 ? named : named.slice(0, colon),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

const placeholder = /\{\{\s*version\s*\}\}/;
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * The version that an image is of by its template: `registry.test/shop:v{{version}}` and `registry.test/shop:v1.4.0` give
 * 1.4.0. Undefined where the image does not fit the template, as one that somebody set by hand; other placeholders fit anything.
 */
export function versionOfImage(template: string, image: string): string | undefined {
  if (!placeholder.test(template)) return undefined;
  const [before = '', ...after] = template.split(placeholder);
  const open = (text: string): string =>
    text
      .split(/\{\{[^{}]*\}\}/)
      .map(escaped)
      .join('.+?');
  const pattern = new RegExp(`^${open(before)}([A-Za-z0-9][A-Za-z0-9._+-]*)${after.map(open).join('.+?')}$`);
  return pattern.exec(image)?.[1];
}

export const iconPath = '/favicon.svg';

/** What browsers show beside the title: a gantry with its load. They ask for it on every first page. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#0b57b8" stroke-width="2"><path d="M2 15V3h12v12M8 3v4"/><path d="M6 8h4v4H6z"/></svg>
`;

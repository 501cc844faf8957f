import { html } from '../html.ts';

/** How a dossier looks that stands alone, on a screen and on paper. One list. */
export const standaloneStyle = html`<style>
  html {
    font: 100%/1.5 system-ui, sans-serif;
    color-scheme: light dark;
  }
  body {
    max-width: 64rem;
    margin: 0 auto;
    padding: 1rem;
    overflow-wrap: anywhere;
  }
  h1 {
    font-size: 1.4rem;
  }
  h2 {
    font-size: 1.1rem;
    margin-top: 2rem;
    border-top: 1px solid;
    padding-top: 0.5rem;
  }
  h3 {
    font-size: 1rem;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(6rem, max-content) 1fr;
    gap: 0.2rem 0.8rem;
  }
  dd {
    margin: 0;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  caption {
    text-align: left;
    font-style: italic;
  }
  th,
  td {
    text-align: left;
    vertical-align: top;
    padding: 0.35rem 0.6rem 0.35rem 0;
    border-top: 1px solid;
  }
  th,
  td {
    overflow-wrap: normal;
  }
  td code {
    overflow-wrap: anywhere;
  }
  pre {
    white-space: pre-wrap;
  }
  code,
  pre {
    font-size: 0.85em;
  }
  .wide {
    overflow-x: auto;
    position: relative;
  }
  .wide > table {
    min-width: 34rem;
  }
  @media (max-width: 30rem) {
    dl {
      grid-template-columns: 1fr;
      gap: 0;
    }
  }
  @media print {
    body {
      padding: 0;
      max-width: none;
    }
    .wide {
      overflow: visible;
    }
    .wide > table {
      min-width: 0;
      font-size: 0.7rem;
    }
    pre {
      columns: 2;
      font-size: 0.7rem;
    }
    tr,
    li,
    dd {
      break-inside: avoid;
    }
    thead {
      display: table-header-group;
    }
    h1,
    h2,
    h3,
    h2 + p,
    dt,
    caption,
    thead {
      break-after: avoid;
    }
    tbody tr:first-child {
      break-before: avoid;
    }
    a {
      color: inherit;
      text-decoration: none;
    }
    @page {
      size: A4;
      margin: 16mm 14mm;
    }
  }
</style>`;

// SPDX-License-Identifier: BSD-2-Clause
/*
 * html_style.c: how the report's page looks.
 *
 * The colours of series that differ (c0 ... c7) follow Okabe and Ito, whose
 * eight are told apart by all kinds of eyes. Those in an order (s0 ... s5) go
 * from far off the background towards it.
 */
#include "html_page.h"

#define LIGHT                                                          \
	"--page:#f4f6f8;--card:#fff;--text:#16191d;--soft:#5a6470;"    \
	"--line:#dde2e8;--axis:#8b95a1;--warn:#fff4e0;--edge:#d98200;" \
	"--c0:#0072b2;--c1:#d55e00;--c2:#008f68;--c3:#b25a94;"         \
	"--c4:#3aa0dc;--c5:#b98000;--c6:#2f3742;--c7:#c3cad3;"         \
	"--s0:#062a52;--s1:#0b437a;--s2:#135fa0;--s3:#2f7fc0;"         \
	"--s4:#569fd6;--s5:#7fb8e2"

#define DARK                                                           \
	"--page:#0e1115;--card:#171b21;--text:#e7eaee;--soft:#9aa5b1;" \
	"--line:#2a323b;--axis:#6b7681;--warn:#2e2412;--edge:#f0a83c;" \
	"--c0:#56b4e9;--c1:#ff8b45;--c2:#2ecf9f;--c3:#e394c6;"         \
	"--c4:#a3d8ff;--c5:#f0b93c;--c6:#e7eaee;--c7:#48525e;"         \
	"--s0:#eaf5fe;--s1:#bfe0f9;--s2:#8cc6f1;--s3:#5fabe4;"         \
	"--s4:#3f8fd0;--s5:#2f78b6"

const char html_style[] =
	":root{" LIGHT "}\n"
	"@media(prefers-color-scheme:dark){:root{" DARK "}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;background:var(--page);color:var(--text);"
	"font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,"
	"'Noto Sans','Liberation Sans',sans-serif;"
	"-webkit-text-size-adjust:100%}\n"
	"main{max-width:72rem;margin:0 auto;padding:2.5rem 1.5rem 4rem}\n"
	"h1{font-size:2.1rem;line-height:1.2;margin:0;"
	"letter-spacing:-.02em;overflow-wrap:anywhere}\n"
	"h2{font-size:1.3rem;margin:0 0 .25rem;letter-spacing:-.01em}\n"
	"h3{font-size:1rem;margin:0 0 .5rem}\n"
	"p{margin:0 0 .75rem;max-width:46rem}\n"
	".kind{margin:0;color:var(--c0);font-weight:600}\n"
	".when,.lead,.note{color:var(--soft)}\n"
	".note{font-size:.9rem;margin:.75rem 0 0}\n"
	".stopped{background:var(--warn);border-left:4px solid var(--edge);"
	"padding:.75rem 1rem;border-radius:4px}\n"
	"section{margin-top:3rem}\n"
	".tiles{display:grid;gap:1rem;margin-top:1.75rem;"
	"grid-template-columns:repeat(auto-fit,minmax(min(100%,13rem),1fr))}\n"
	".tile,figure,.facts{background:var(--card);"
	"border:1px solid var(--line);border-radius:10px}\n"
	".tile{padding:1rem 1.15rem}\n"
	".tile p{margin:0;color:var(--soft);font-size:.9rem}\n"
	".tile .figure{color:var(--text);font-size:1.75rem;font-weight:600;"
	"line-height:1.3;letter-spacing:-.02em}\n"
	".plots{display:grid;gap:1rem;margin:1rem 0;"
	"grid-template-columns:"
	"repeat(auto-fill,minmax(min(100%,25rem),1fr))}\n"
	".small{grid-template-columns:"
	"repeat(auto-fill,minmax(min(100%,21rem),1fr))}\n"
	"figure{margin:0;padding:1rem 1rem .75rem;min-width:0}\n"
	"figcaption{font-weight:600;font-size:.9rem;margin:0 0 .5rem "
	".15rem}\n"
	"figure>svg{display:block;width:100%;height:auto;"
	"margin:0}\n"
	"svg text{font-size:13px;fill:var(--soft)}\n"
	"svg .g{stroke:var(--line);fill:none}\n"
	"svg .a{stroke:var(--axis);fill:none}\n"
	"svg .l{stroke:var(--c);stroke-width:2;fill:none;"
	"stroke-linejoin:round}\n"
	"svg .m{stroke:var(--c);stroke-width:1.6;fill:var(--c)}\n"
	"svg .m:hover{stroke-width:5}\n"
	"svg .again .l{stroke-dasharray:5 4}\n"
	"svg .again .m{fill:var(--card)}\n"
	"svg .bar rect{fill:var(--c)}\n"
	"svg .steps path{fill:var(--c);fill-opacity:.22;stroke:var(--c);"
	"stroke-width:1.5}\n"
	".legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0;"
	"padding:0;list-style:none;font-size:.9rem;color:var(--soft)}\n"
	".legend li{display:flex;align-items:center;gap:.4rem}\n"
	".key{width:28px;height:12px;flex:none}\n"
	".wide{overflow-x:auto;margin-top:1rem}\n"
	"table{border-collapse:collapse;font-size:.9rem;"
	"font-variant-numeric:tabular-nums;min-width:50%}\n"
	"th{color:var(--soft);font-weight:600;text-align:left}\n"
	"th,td{padding:.35rem 1.25rem .35rem 0;white-space:nowrap;"
	"border-bottom:1px solid var(--line)}\n"
	".n{text-align:right}\n"
	".facts{padding:1.15rem;margin:1rem 0;display:grid;gap:.4rem 1.5rem;"
	"grid-template-columns:max-content 1fr;font-size:.9rem}\n"
	".facts dt{color:var(--soft)}\n"
	".facts dd{margin:0;min-width:0;overflow-wrap:anywhere}\n"
	"code{font:.9em ui-monospace,'Liberation Mono',monospace}\n"
	"li{max-width:46rem}\n"
	"@media(max-width:40rem){main{padding:1.5rem 1rem 3rem}"
	"section{margin-top:2.25rem}h1{font-size:1.6rem}"
	"figure{padding:.75rem .5rem}.facts{grid-template-columns:1fr;gap:0}"
	".facts dd{margin-bottom:.6rem}}\n"
	"@media print{body{background:#fff}figure,.tile{break-inside:avoid}}\n"
	".c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}"
	".c3{--c:var(--c3)}.c4{--c:var(--c4)}.c5{--c:var(--c5)}"
	".c6{--c:var(--c6)}.c7{--c:var(--c7)}\n"
	".s0{--c:var(--s0)}.s1{--c:var(--s1)}.s2{--c:var(--s2)}"
	".s3{--c:var(--s3)}.s4{--c:var(--s4)}.s5{--c:var(--s5)}\n";

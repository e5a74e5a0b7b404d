# What is in the package for who writes programs, built by gcc and as Visual C++ would, and run; what the
# texts point at; the bill of materials; what winget and Chocolatey are told. Sourced by run.sh.
# shellcheck shell=bash
sdk=$package/sdk
cpu=$([ "$bits" = 64 ] && echo x86_64 || echo i686)

builds() { # PROGRAM SOURCE OPTION...: by gcc, with the package's headers
    local program=$1 source=$2
    shift 2
    "$cpu-w64-mingw32-gcc" -std=c11 -Wall -Wextra -Werror -DWIN32_LEAN_AND_MEAN -static -I "$sdk/include" "$source" -o "$scratch/$program.exe" "$@"
}

runs() { # PROGRAM TEXT: in a folder with the DLL beside it; it prints this
    cp "$sdk/bin/scardssp-extra.dll" "$scratch"
    wine "$(windows_path "$scratch/$1.exe")" > "$scratch/out" 2>&1
    local status=$?
    says "$2" && return "$status"
}

# Against what is registered, and nothing else.
example_of_registered() {
    builds attach "$sdk/examples/attach.c" -lole32 -loleaut32 && ! runs attach detached > /dev/null && says 0x80040154 &&
        as_administrator install 'C:\scardssp-package' && runs attach detached && as_administrator uninstall &&
        ! runs attach detached > /dev/null && says 0x80040154
}

example_in_c() {
    builds survive "$sdk/examples/survive.c" -L "$sdk/lib" -lscardssp-extra && runs survive Hello
}

example_unregistered() {
    builds own "$sdk/examples/attach.c" -DSCARDSSP_EXTRA -L "$sdk/lib" -lscardssp-extra -lole32 -loleaut32 && runs own detached
}

all_headers() {
    builds companion tests/windows/package/companion.c -L "$sdk/lib" -lscardssp-extra -lole32 -loleaut32 &&
        runs companion 'as it should be'
}

# Calls, sections and import library of the other family of compilers.
as_visual_c() {
    local machine=$([ "$bits" = 64 ] && echo x64 || echo x86)
    clang --target="$cpu-pc-windows-msvc" -ffreestanding -Wall -Wextra -Werror -I "$sdk/include" \
        -c tests/windows/package/plain.c -o "$scratch/plain.obj" &&
        lld-link /nologo /machine:"$machine" /entry:start /subsystem:console /nodefaultlib /safeseh:no \
            "/out:$scratch/plain.exe" "$scratch/plain.obj" "$sdk/lib/scardssp-extra.lib" &&
        cp "$sdk/bin/scardssp-extra.dll" "$scratch" || return 1
    wine "$(windows_path "$scratch/plain.exe")"
    [ $? -eq 3 ]
}

image_runs() { # of the package, by its name
    SCARDSSP_RM="sim:$(windows_path "$package/images/gsm.json")" wine "$(windows_path "$package/scard.exe")" atr > "$scratch/out" 2>&1 &&
        says 3B
}

# A copy of the package's texts to be spoilt.
spoilt() { # EDIT FILE: by sed
    rm -rf "$scratch/spoilt"
    cp -r "$package" "$scratch/spoilt" && sed -i "$1" "$scratch/spoilt/$2"
}

refuses_dead_links() {
    local edit
    for edit in 's/href="#card-image"/href="card-image.md"/' 's/href="#card-image"/href="#nowhere"/' 's/id="windows-try-it"/id="windows-install"/'; do
        spoilt "$edit" manual.html && fails cmp -s "$package/manual.html" "$scratch/spoilt/manual.html" &&
            fails python3 tests/windows/package/links.py "$scratch/spoilt" > /dev/null || { echo "let through: $edit"; return 1; }
    done
    spoilt '/^try.vbs/d' README.txt && fails python3 tests/windows/package/links.py "$scratch/spoilt" > /dev/null || return 1
    spoilt 's/^try.vbs /try.bat /' README.txt && fails python3 tests/windows/package/links.py "$scratch/spoilt" > /dev/null
}

refuses_bad_bills() {
    local edit
    for edit in 's/"1.5"/"1.9"/' 's/urn:uuid:/uuid:/' 's/ZPL-2.1/ZPL/' '0,/"content": "\(.\)/s//"content": "x/' 's/"type": "file"/"type": "text"/' \
        '0,/"library:mingw-w64-runtime"/s//"library:other"/' 's/"file:scard.exe"/"file:scard"/' 's/"serialNumber"/"serial"/'; do
        spoilt "$edit" scardssp.cdx.json && fails cmp -s "$package/scardssp.cdx.json" "$scratch/spoilt/scardssp.cdx.json" &&
            fails python3 tests/windows/package/bill.py "$scratch/spoilt" > /dev/null || { echo "let through: $edit"; return 1; }
    done
    spoilt 's/a/b/' try.vbs && fails python3 tests/windows/package/bill.py "$scratch/spoilt" > /dev/null &&
        spoilt '/^mingw-w64-runtime /d' NOTICES.txt && fails python3 tests/windows/package/bill.py "$scratch/spoilt" > /dev/null &&
        spoilt p LICENSE.txt && mv "$scratch/spoilt/LICENSE.txt" "$scratch/spoilt/LICENCE.txt" &&
        fails python3 tests/windows/package/bill.py "$scratch/spoilt" > /dev/null
}

# A library that nobody has looked at yet stops the zip.
refuses_unknown_library() {
    mkdir -p "$scratch/unknown" "$scratch/build" &&
        printf 'Archive member included to satisfy reference by file (symbol)\n\n/usr/lib/libsurprise.a(x.o)\n\nMemory Configuration\n' > "$scratch/map" &&
        fails python3 scripts/windows/sbom.py "$bits" 1 0 "$scratch/unknown" "scardssp.dll=$scratch/map" 2> "$scratch/out" &&
        says 'libsurprise.a was linked in'
}

# The sums stand where the two programs look for them.
tells_others() {
    local other=$((96 - bits)) sum
    sum=$(sha256sum "$zip" | cut -c -64)
    cp "$zip" "$(dirname "$zip")/$(basename "$zip" "$bits.zip")$other.zip" &&
        scripts/windows/manifests.sh "$(dirname "$zip")" https://example.com/there > /dev/null &&
        /usr/bin/python3 tests/windows/package/told.py "$(dirname "$zip")" "$(basename "$package" "-win$bits")" "$sum" &&
        sed -i "s/Sha256: ..../Sha256: FFFF/" "$(dirname "$zip")/winget/scardssp.scardssp.installer.yaml" &&
        fails /usr/bin/python3 tests/windows/package/told.py "$(dirname "$zip")" "$(basename "$package" "-win$bits")" "$sum"
}

check 'the bill of materials keeps its rules and tells what is there' python3 tests/windows/package/bill.py "$package"
check 'a bill that does not is refused' refuses_bad_bills
check 'a library of unknown terms is refused' refuses_unknown_library
check 'no link of the manual leads nowhere, and the lists of files hold' python3 tests/windows/package/links.py "$package"
check 'links and lists that do not are refused' refuses_dead_links
check 'winget and Chocolatey are told sums and places' tells_others
check 'an example is built, and uses what is registered' example_of_registered
check 'an example in plain C is built and runs' example_in_c
check 'an example with objects is built and runs without registration' example_unregistered
check 'all headers of functions serve a program, and act on the same readers' all_headers
check 'a program is linked as Visual C++ does it' as_visual_c
check 'an image of the package makes a card' image_runs

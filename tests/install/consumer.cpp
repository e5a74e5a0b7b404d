/*
 * A C++ program outside of the tree: the sample that the reference pages print for ReAttach, on the first
 * reader of the simulator. run.sh of this folder builds it with nothing but what pkg-config says, and runs
 * it.
 */
#include <iostream>
#include <string>

#include <scardssp.h>
#include <scardssp_rm.h>

static std::wstring first_reader() {
    char names[4096];
    size_t size = sizeof names;
    if (FAILED(scardssp_list_readers(names, &size)))
        return L"";
    const std::string name(names);
    return std::wstring(name.begin(), name.end());
}

int main() {
    HRESULT hr = CoInitialize(nullptr);
    ISCard *pISCard = nullptr;
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(CLSID_CSCard, nullptr, CLSCTX_ALL, IID_ISCard,
                              reinterpret_cast<void **>(&pISCard));
    if (SUCCEEDED(hr)) {
        BSTR reader = SysAllocString(first_reader().c_str());
        hr = pISCard->AttachByReader(reader, SHARED, T1);
        if (hr == SCARD_E_PROTO_MISMATCH) /* this card speaks T=0 */
            hr = pISCard->AttachByReader(reader, SHARED, T0);
        SysFreeString(reader);
    }
    if (SUCCEEDED(hr))
        hr = pISCard->ReAttach(SHARED, LEAVE);
    SCARD_STATES state = ABSENT;
    if (SUCCEEDED(hr))
        hr = pISCard->get_Status(&state);
    if (SUCCEEDED(hr) && state != SPECIFICMODE)
        hr = E_FAIL;
    if (SUCCEEDED(hr))
        hr = pISCard->Detach(RESET);
    if (FAILED(hr))
        std::cerr << scardssp_status_name(hr) << ": " << scardssp_status_advice(hr) << '\n';
    if (pISCard)
        pISCard->Release();
    CoUninitialize();
    return FAILED(hr) ? 1 : 0;
}
